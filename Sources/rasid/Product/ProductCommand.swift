import ArgumentParser
import RasidBase
import RasidStock

struct ProductCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "product",
        abstract: "What the shop sells, and for how much.",
        discussion: """
            EXAMPLES:
              rasid product add ADSL 1000
              rasid product price ADSL 1000 940 --account +213555000000
            """,
        subcommands: [ProductList.self, ProductAdd.self, ProductWithdraw.self, ProductPrice.self])
}

/// Which product is meant: `ADSL 1000`.
struct ProductOptions: ParsableArguments {
    @Argument(help: "ADSL or 4G.")
    var type: ServiceTypeArgument

    @Argument(help: "The card's value in DZD.")
    var value: AmountArgument
}

/// A product as the owner sees it.
struct ProductView: Encodable, Sendable {
    let type: String
    let value: Dinars
    /// What everybody without a price of their own pays; in one account's list, what that account pays.
    let cost: Dinars
    let isOnSale: Bool

    init(_ product: Product, cost: Money? = nil) {
        type = product.type.rawValue
        value = Dinars(product.value)
        self.cost = Dinars(cost ?? product.cost)
        isOnSale = product.isActive
    }

    /// Says what is most likely a slip: nobody buys for more than a card is worth.
    static func warn(of cost: Money, above value: Money) {
        guard cost > value else { return }
        Complaint.tell("This costs more than its value: the cost is \(cost) DZD, the value \(value) DZD.")
    }

    /// How a product is named in sentences and in the staff journal.
    var name: String { "\(type) \(value.money)" }
}
