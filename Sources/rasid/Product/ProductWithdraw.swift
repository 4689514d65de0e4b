import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct ProductWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take a value off sale; it stays listed as not available.",
        discussion: """
            EXAMPLES:
              rasid product withdraw ADSL 1000
            """)

    @OptionGroup var product: ProductOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (type, value, staff) = (product.type.type, product.value.money, Staff())
        let withdrawn = try await store.open { shop in
            try await shop.database.write { transaction in
                try Products.withdraw(type, value, in: transaction)
                try staff.note("product withdraw", "\(type.rawValue) \(value)", in: transaction)
                return try Products.find(type, value, in: transaction).map { ProductView($0) }
            }
        }
        try json.show(withdrawn, orText: "\(type.rawValue) \(value) is off sale.")
    }
}
