public import RasidBase
public import RasidDatabase
public import RasidStock

/// An order as staff sees it: where it really is, but neither its code nor the whole number.
public struct StaffOrder: Hashable, Sendable {
    public let id: OrderID
    public let wallet: WalletID
    /// Its number in its wallet.
    public let orderNumber: Int64
    public let reference: String
    public let type: ServiceType
    /// The first four digits and an asterisk for each of the others.
    public let maskedNumber: String
    public let value: Money
    public let cost: Money
    /// What the reseller sees.
    public let status: OrderStatus
    public let state: OrderState
    public let attempt: Int64
    public let operatorID: OperatorID
    public let card: CardID?
    public let placedAt: Timestamp
    /// When the present state was entered.
    public let since: Timestamp
    public let queuedAt: Timestamp?
    /// When something is next to be done; nil for a final order.
    public let dueAt: Timestamp?
    public let finishedAt: Timestamp?
    public let transactionNumber: String?
    public let refundReason: RefundReason?

    init(_ row: OrderRow) {
        id = row.id
        wallet = row.wallet
        orderNumber = row.orderNumber
        reference = row.reference
        type = row.number.type
        maskedNumber = row.number.description
        value = row.value
        cost = row.cost
        status = row.machine.state.status(wasQueued: row.machine.queuedAt != nil)
        state = row.machine.state
        attempt = row.machine.attempt
        operatorID = row.operatorID
        card = row.card
        placedAt = row.machine.placedAt
        since = row.machine.since
        queuedAt = row.machine.queuedAt
        dueAt = row.machine.state.isFinal ? nil : row.machine.dueAt
        finishedAt = row.finishedAt
        transactionNumber = row.transactionNumber
        refundReason = row.refundReason
    }
}

/// What staff looks up, across accounts.
public enum StaffReading {
    private static let selectLatest = OrderRow.select("TRUE ORDER BY id DESC LIMIT ?")
    private static let selectLatestOf = OrderRow.select(
        "account_id = ? AND environment = ? ORDER BY order_no DESC LIMIT ?")
    private static let countOpen = Statement(
        "SELECT operator_id, state, count(*) FROM orders WHERE finished_at IS NULL GROUP BY operator_id, state")

    /// - Throws: ``Refusal`` if there is no such order.
    public static func find(_ id: OrderID, in transaction: Transaction) throws -> StaffOrder {
        guard let row = try OrderRow.find(id, transaction) else { throw Refusal("There is no order \(id).") }
        return StaffOrder(row)
    }

    /// The newest orders, newest first.
    ///
    /// - Parameter account: nil for those of every account.
    public static func latest(
        _ limit: Int, of account: AccountID? = nil, in transaction: Transaction
    ) throws -> [StaffOrder] {
        let limit = Value.integer(Int64(limit))
        guard let account else {
            // Ids begin with the second in which they were made, so the newest orders have the greatest ids.
            return sorted(try transaction.all(selectLatest, [limit], OrderRow.init))
        }
        let rows = try ShopEnvironment.allCases.flatMap { environment in
            try transaction.all(
                selectLatestOf, [.account(account), .environment(environment), limit], OrderRow.init)
        }
        return sorted(rows)
    }

    private static func sorted(_ rows: [OrderRow]) -> [StaffOrder] {
        rows.map(StaffOrder.init).sorted { $0.placedAt > $1.placedAt }
    }

    /// How many open orders an operator has in one state.
    public struct OpenCount: Hashable, Sendable {
        public let operatorID: OperatorID
        public let state: OrderState
        public let count: Int
    }

    public static func open(in transaction: Transaction) throws -> [OpenCount] {
        try transaction.all(countOpen) { row in
            OpenCount(
                operatorID: OperatorID(row.integer(0)), state: OrderState(storedCode: row.integer(1)),
                count: Int(row.integer(2)))
        }
    }
}
