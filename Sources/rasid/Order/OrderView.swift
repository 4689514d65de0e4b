import RasidAccounts
import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock

/// An order as staff sees it: its number is masked and its code is not there.
struct OrderView: Encodable, Sendable {
    let id: String
    let account: String
    let environment: String
    let ref: String
    let type: String
    let number: String
    let value: Dinars
    let cost: Dinars
    /// What the reseller sees, and where the order really is.
    let status: String
    let state: String
    let `operator`: String
    let attempt: Int64
    let placedAt: String
    let since: String
    let queuedAt: String?
    let dueAt: String?
    let finishedAt: String?
    let transactionNumber: String?
    let refundReason: String?

    init(_ order: StaffOrder, account: String, supplier: String) {
        id = order.id.description
        self.account = account
        environment = order.wallet.environment.rawValue
        ref = order.reference
        type = order.type.rawValue
        number = order.maskedNumber
        value = Dinars(order.value)
        cost = Dinars(order.cost)
        status = order.status.rawValue
        state = "\(order.state)"
        self.operator = supplier
        attempt = order.attempt
        placedAt = order.placedAt.description
        since = order.since.description
        queuedAt = order.queuedAt?.description
        dueAt = order.dueAt?.description
        finishedAt = order.finishedAt?.description
        transactionNumber = order.transactionNumber
        refundReason = order.refundReason?.rawValue
    }

    static func all(_ orders: [StaffOrder], in transaction: Transaction) throws -> [OrderView] {
        let suppliers = Dictionary(
            uniqueKeysWithValues: try Routes.operators(in: transaction).map { ($0.id, $0.name) })
        let accounts = Dictionary(
            uniqueKeysWithValues: try Set(orders.map(\.wallet.account)).map {
                ($0, try Accounts.find($0, in: transaction)?.username ?? "")
            })
        return orders.map { order in
            OrderView(
                order, account: accounts[order.wallet.account] ?? "", supplier: suppliers[order.operatorID] ?? "")
        }
    }

    static func find(_ id: OrderID, in transaction: Transaction) throws -> OrderView {
        let order = try StaffReading.find(id, in: transaction)
        let account = try Accounts.find(order.wallet.account, in: transaction)?.username ?? ""
        let supplier = try Routes.operators(in: transaction).first { $0.id == order.operatorID }?.name ?? ""
        return OrderView(order, account: account, supplier: supplier)
    }

    /// Name and value of all that is known, for `order show`.
    var facts: [(String, String)] {
        let facts: [(String, String?)] = [
            ("order", id), ("account", "\(account) \(environment)"), ("reference", ref),
            ("number", "\(number) \(type)"), ("value", "\(value.money) DZD, for \(cost.money) DZD"),
            ("status", status), ("state", "\(state), since \(since)"), ("operator", self.operator),
            ("attempt", "\(attempt)"), ("placed", placedAt), ("queued", queuedAt), ("next step", dueAt),
            ("finished", finishedAt), ("transaction", transactionNumber), ("refunded for", refundReason),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }
}
