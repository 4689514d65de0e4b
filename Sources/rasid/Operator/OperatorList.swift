import ArgumentParser
import RasidDatabase
import RasidOrders
import RasidServer
import RasidStock

struct OperatorList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the operators: what each serves, and its open orders.",
        discussion: """
            EXAMPLES:
              rasid operator list
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable, Sendable {
        let name: String
        let kind: String
        let needsCard: Bool
        /// What is routed to it in production; the simulator serves all of the sandbox.
        let serves: [String]
        let openOrders: [String: Int]
    }

    func run() async throws {
        let operators = try await store.open { shop in
            try await shop.database.scan { transaction in
                let routes = try Routes.all(in: transaction)
                let open = try StaffReading.open(in: transaction)
                return try Routes.operators(in: transaction).map { supplier in
                    View(
                        name: supplier.name, kind: supplier.kind, needsCard: supplier.needsCard,
                        serves: routes.filter { $0.supplier == supplier }.map(RouteView.target),
                        openOrders: Dictionary(
                            open.filter { $0.operatorID == supplier.id }.map { ("\($0.state)", $0.count) },
                            uniquingKeysWith: +))
                }
            }
        }
        try json.show(["operators": operators], orText: Self.table(operators).text)
    }

    private static func table(_ operators: [View]) -> Table {
        var table = Table(
            .words("NAME"), .words("KIND"), .words("NEEDS CARD"), .words("SERVES"), .words("OPEN ORDERS"))
        for view in operators {
            let open = view.openOrders.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let serves = view.kind == "simulator" ? "the sandbox" : view.serves.joined(separator: ", ")
            table.add(
                view.name, view.kind, view.needsCard ? "yes" : "no", serves.isEmpty ? "nothing" : serves,
                open.isEmpty ? "none" : open.joined(separator: ", "))
        }
        return table
    }
}
