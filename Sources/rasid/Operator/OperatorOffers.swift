import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct OperatorOffers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers",
        abstract: "Show what an operator said last that it sells, and for how much.",
        discussion: """
            EXAMPLES:
              rasid operator offers wholesale
            """)

    @Argument(help: "A name from 'rasid operator list'.")
    var name: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable, Sendable {
        let type: String
        let value: Dinars
        let cost: Dinars
        let available: Bool
        let seenAt: String
        let ageSeconds: Int64
    }

    func run() async throws {
        let (name, now) = (name, Staff().now)
        let offers = try await store.open { shop in
            try await shop.database.read { transaction in
                let supplier = try Routes.require(name, in: transaction)
                return try SupplierOffers.all(of: supplier.id, in: transaction).map { offer in
                    View(
                        type: offer.type.rawValue, value: Dinars(offer.value), cost: Dinars(offer.cost),
                        available: offer.isAvailable, seenAt: offer.seenAt.description,
                        ageSeconds: now.since(offer.seenAt).milliseconds / 1000)
                }
            }
        }
        var table = Table(
            .words("TYPE"), .number("VALUE"), .number("COST THERE"), .words("AVAILABLE"), .number("SEEN"))
        for offer in offers {
            table.add(
                offer.type, "\(offer.value.money)", "\(offer.cost.money)", offer.available ? "yes" : "no",
                "\(offer.ageSeconds) s ago")
        }
        try json.show(
            ["offers": offers], orText: table.text(ifEmpty: "\(name) has not told what it sells: any value is tried."))
    }
}
