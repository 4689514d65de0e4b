import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct CardsStock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: "Count the cards of every product.",
        discussion: """
            Available cards are for sale; those that expire within 7 days no longer are, and count apart.

            EXAMPLES:
              rasid cards stock
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable, Sendable {
        let type: String
        let value: Dinars
        let available: Int
        let expiring: Int
        let reserved: Int
        let delivered: Int
        let suspect: Int
        let void: Int

        init(_ product: Product, _ counts: [CardStock.Count]) {
            let own = counts.filter { $0.type == product.type && $0.value == product.value }
            func count(_ state: CardState) -> Int { own.first { $0.state == state }?.count ?? 0 }
            type = product.type.rawValue
            value = Dinars(product.value)
            expiring = own.reduce(0) { $0 + $1.expiring }
            available = count(.available) - expiring
            reserved = count(.reserved)
            delivered = count(.delivered)
            suspect = count(.suspect)
            void = count(.void)
        }
    }

    func run() async throws {
        let today = SystemTime().now.dayInAlgiers
        let stock = try await store.open { shop in
            try await shop.database.scan { transaction in
                let counts = try CardStock.counts(today: today, in: transaction)
                return try Products.all(in: transaction).map { View($0, counts) }
            }
        }
        var table = Table(
            .words("TYPE"), .number("VALUE"), .number("AVAILABLE"), .number("EXPIRING"), .number("RESERVED"),
            .number("DELIVERED"), .number("SUSPECT"), .number("VOID"))
        for view in stock {
            table.add(
                view.type, "\(view.value.money)", "\(view.available)", "\(view.expiring)", "\(view.reserved)",
                "\(view.delivered)", "\(view.suspect)", "\(view.void)")
        }
        try json.show(
            ["stock": stock],
            orText: table.text(ifEmpty: "There are no products yet: 'rasid product add ADSL 1000' adds one."))
    }
}
