import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct ProductPrice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "Set what resellers pay for a value, all of them or one.",
        discussion: """
            A price of an account's own goes before everybody's. Orders that were placed keep their price.

            EXAMPLES:
              rasid product price ADSL 1000 950
              rasid product price ADSL 1000 940 --account +213555000000
            """)

    @OptionGroup var product: ProductOptions

    @Argument(help: "What is paid, in DZD.")
    var cost: AmountArgument

    @Option(help: ArgumentHelp("The one account that pays this.", valueName: "username"))
    var account: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable, Sendable {
        let type: String
        let value: Dinars
        let cost: Dinars
        let account: String?
    }

    func run() async throws {
        let (type, value, cost, staff) = (product.type.type, product.value.money, cost.money, Staff())
        let username = account
        let whom = username ?? "everybody"
        try await store.open { shop in
            try await shop.database.write { transaction in
                let account = try username.map { try Accounts.require($0, in: transaction).id }
                try Products.price(type, value, cost: cost, for: account, in: transaction)
                try staff.note(
                    "product price", "\(type.rawValue) \(value)", "\(cost) DZD for \(whom)", in: transaction)
            }
        }
        try json.show(
            View(type: type.rawValue, value: Dinars(value), cost: Dinars(cost), account: username),
            orText: "\(type.rawValue) \(value) costs \(whom) \(cost) DZD from now on.")
        ProductView.warn(of: cost, above: value)
    }
}
