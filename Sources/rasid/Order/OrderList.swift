import ArgumentParser
import RasidAccounts
import RasidDatabase
import RasidOrders
import RasidServer

struct OrderList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest orders, or the cases that wait for a person.",
        discussion: """
            EXAMPLES:
              rasid order list --account +213555000000 --limit 50
              rasid order list --cases
            """)

    private static let bound = 1000

    @Flag(help: "List open cases, the oldest first.")
    var cases = false

    @Option(help: ArgumentHelp("Only this account's orders.", valueName: "username"))
    var account: String?

    @Option(help: ArgumentHelp("How many at most, up to \(Self.bound).", valueName: "n"))
    var limit = 20

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...Self.bound).contains(limit) else {
            throw ValidationError("--limit must be from 1 to \(Self.bound).")
        }
        guard !cases || account == nil else {
            throw ValidationError("--cases lists every account's: leave --account out.")
        }
    }

    func run() async throws {
        if cases { try await listCases() } else { try await listOrders() }
    }

    private func listOrders() async throws {
        let (username, limit) = (account, limit)
        let orders = try await store.open { shop in
            try await shop.database.scan { transaction in
                let account = try username.map { try Accounts.require($0, in: transaction).id }
                let orders = try StaffReading.latest(limit, of: account, in: transaction)
                return try OrderView.all(Array(orders.prefix(limit)), in: transaction)
            }
        }
        var table = Table(
            .words("ORDER"), .words("PLACED"), .words("ACCOUNT"), .words("SHOP"), .words("TYPE"), .words("NUMBER"),
            .number("VALUE"), .words("STATUS"), .words("STATE"))
        for order in orders {
            table.add(
                order.id, order.placedAt, order.account, order.environment, order.type, order.number,
                "\(order.value.money)", order.status, order.state)
        }
        try json.show(["orders": orders], orText: table.text(ifEmpty: "There are no orders yet."))
    }

    private func listCases() async throws {
        let limit = limit
        let cases = try await store.open { shop in
            try await shop.database.read { transaction in
                try Cases.waiting(limit: limit, in: transaction).map(CaseView.init)
            }
        }
        try json.show(["cases": cases], orText: CaseView.table(cases).text(ifEmpty: "No case waits for anybody."))
    }
}
