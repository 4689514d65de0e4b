import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct RouteSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Say who delivers a type, or one value of it, first choice first.",
        discussion: """
            Open orders stay with the operator they have.

            EXAMPLES:
              rasid route set ADSL voucher
              rasid route set 4G:1000 voucher
            """)

    @Argument(help: ArgumentHelp("ADSL, 4G, or one value as in 4G:1000.", valueName: "type[:value]"))
    var target: RouteTargetArgument

    @Argument(help: ArgumentHelp("Names from 'rasid operator list'.", valueName: "operator"))
    var operators: [String]

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (type, value, names, staff) = (target.type, target.value, operators, Staff())
        let subject = type.rawValue + (value.map { ":\($0)" } ?? "")
        let routes = try await store.open { shop in
            try await shop.database.write { transaction in
                if let value, try Products.find(type, value, in: transaction) == nil {
                    let name = "\(type.rawValue) \(value)"
                    throw Refusal("\(name) is not a product: 'rasid product add \(name)' first.")
                }
                try Routes.set(type, value, to: names, in: transaction)
                try staff.note("route set", subject, names.joined(separator: ", "), in: transaction)
                return try RouteView.all(in: transaction)
            }
        }
        try json.show(["routes": routes], orText: RouteView.table(routes).text)
    }
}
