import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct ProductList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List every value ever sold, with its price.",
        discussion: """
            EXAMPLES:
              rasid product list
              rasid product list --account +213555000000
            """)

    @Option(help: ArgumentHelp("Show what this account pays.", valueName: "username"))
    var account: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (username, today) = (account, SystemTime().now.dayInAlgiers)
        let products = try await store.open { shop in
            try await shop.database.read { transaction in
                let products = try Products.all(in: transaction)
                guard let username else { return products.map { ProductView($0) } }
                let account = try Accounts.require(username, in: transaction)
                let wallet = WalletID(account: account.id, environment: .production)
                let costs = try Self.costs(for: wallet, today: today, in: transaction)
                return products.map { ProductView($0, cost: costs[$0.type]?[$0.value]) }
            }
        }
        var table = Table(.words("TYPE"), .number("VALUE"), .number("COST"), .words("STATE"))
        for product in products {
            table.add(
                product.type, "\(product.value.money)", "\(product.cost.money)",
                product.isOnSale ? "on sale" : "withdrawn")
        }
        try json.show(
            ["products": products],
            orText: table.text(ifEmpty: "There are no products yet: 'rasid product add ADSL 1000' adds one."))
    }

    /// What an account pays, from one catalogue a type.
    private static func costs(
        for wallet: WalletID, today: CalendarDay, in transaction: Transaction
    ) throws -> [ServiceType: [Money: Money]] {
        try Dictionary(
            uniqueKeysWithValues: ServiceType.allCases.map { type in
                let lines = try Offers.catalogue(of: type, for: wallet, today: today, in: transaction)
                return (type, Dictionary(uniqueKeysWithValues: lines.map { ($0.value, $0.cost) }))
            })
    }
}
