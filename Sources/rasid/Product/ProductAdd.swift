import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct ProductAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put a value on sale, or back on sale.",
        discussion: """
            Without --cost a new product costs 95 % of its value, and one that was sold before what it cost then.

            EXAMPLES:
              rasid product add ADSL 1000
              rasid product add 4G 2500 --cost 2380
            """)

    @OptionGroup var product: ProductOptions

    @Option(help: "What a reseller pays, in DZD.")
    var cost: AmountArgument?

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (type, value, cost, staff) = (product.type.type, product.value.money, cost?.money, Staff())
        let added = try await store.open { shop in
            try await shop.database.write { transaction in
                var added = try Products.add(type, value, cost: cost, in: transaction)
                if let cost, cost != added.cost {
                    try Products.price(type, value, cost: cost, for: nil, in: transaction)
                    added = try Products.find(type, value, in: transaction) ?? added
                }
                let view = ProductView(added)
                try staff.note("product add", view.name, "for \(added.cost) DZD", in: transaction)
                return view
            }
        }
        try json.show(added, orText: "\(added.name) is on sale for \(added.cost.money) DZD.")
        ProductView.warn(of: added.cost.money, above: value)
    }
}
