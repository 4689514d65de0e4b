import RasidBase
import RasidDatabase
import RasidLedger
import RasidStock

/// An order as it is stored.
struct OrderRow: Sendable {
    let id: OrderID
    let wallet: WalletID
    let orderNumber: Int64
    let reference: String
    let number: ServiceNumber
    let product: ProductID
    let value: Money
    let cost: Money
    var machine: OrderMachine
    var operatorID: OperatorID
    var node: NodeID
    var finishedAt: Timestamp?
    var card: CardID?
    /// A job has carried the card's code out of the process (law 4).
    var isCardExposed: Bool
    var transactionNumber: String?
    var refundReason: RefundReason?

    var booked: BookedOrder { BookedOrder(id, of: wallet, number: orderNumber) }
}

extension OrderRow {
    private static let columns = """
        id, account_id, environment, order_no, ref, type, number, product_id, value, cost, state, operator_id,
        attempt, node, due_at, created_at, since, queued_at, finished_at, card_id, card_exposed, num_trans,
        refund_reason, trace
        """

    static let selectByID = Statement("SELECT \(columns) FROM orders WHERE id = ?")
    private static let lockByID = Statement("SELECT \(columns) FROM orders WHERE id = ? {LOCK}")
    private static let lockFreeByID = Statement("SELECT \(columns) FROM orders WHERE id = ? {LOCK SKIPPING}")
    static let selectByReference = Statement(
        "SELECT \(columns) FROM orders WHERE account_id = ? AND environment = ? AND ref = ?")
    // What is due at once comes in one order on every engine, so that a story is told alike on all of them.
    static let selectDue = Statement(
        """
        SELECT \(columns) FROM orders
        WHERE operator_id = ? AND state = ? AND finished_at IS NULL AND due_at <= ? AND created_at > ?
        ORDER BY due_at, account_id, environment, order_no LIMIT ? {LOCK SKIPPING}
        """)
    static let selectByNumber = Statement(
        """
        SELECT \(columns) FROM orders
        WHERE account_id = ? AND environment = ? AND order_no > ? AND order_no <= ? ORDER BY order_no DESC
        """)

    static func select(from source: String = "orders", _ condition: String) -> Statement {
        Statement("SELECT \(columns) FROM \(source) WHERE \(condition)")
    }

    private static let insert = Statement(
        """
        INSERT INTO orders (\(columns))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """)
    private static let update = Statement(
        """
        UPDATE orders SET state = ?, operator_id = ?, attempt = ?, node = ?, due_at = ?, since = ?, queued_at = ?,
            finished_at = ?, card_id = ?, card_exposed = ?, num_trans = ?, refund_reason = ?, trace = ?
        WHERE id = ? AND state = ? AND attempt = ?
        """)

    init(_ row: any Row) throws {
        guard let type = ServiceType(storedCode: row.integer(5)) else {
            throw StoreFailure.broken("an order of a type that this version does not know")
        }
        id = try row.id(0)
        wallet = WalletID(account: row.account(1), environment: try row.environment(2))
        orderNumber = row.integer(3)
        reference = row.text(4)
        number = ServiceNumber(stored: row.text(6), type: type)
        product = ProductID(row.integer(7))
        value = row.money(8)
        cost = row.money(9)
        machine = OrderMachine(
            state: OrderState(storedCode: row.integer(10)), attempt: row.integer(12), placedAt: row.time(15),
            since: row.time(16), queuedAt: row.optionalTime(17), dueAt: row.time(14),
            // What a newer version has kept there is at least as much as we know of.
            trace: OrderTrace(rawValue: row.integer(23)) ?? .acknowledged)
        operatorID = OperatorID(row.integer(11))
        node = NodeID(row.integer(13))
        finishedAt = row.optionalTime(18)
        card = try row.optionalID(19)
        isCardExposed = row.flag(20)
        transactionNumber = row.optionalText(21)
        refundReason = row.optionalInteger(22).flatMap(RefundReason.init(storedCode:))
    }

    static func find(_ id: OrderID, _ transaction: Transaction) throws -> OrderRow? {
        try transaction.first(selectByID, [.id(id)], OrderRow.init)
    }

    /// The row of an order that is about to be moved: nobody else moves it meanwhile.
    static func lock(_ id: OrderID, _ transaction: Transaction) throws -> OrderRow? {
        try transaction.first(lockByID, [.id(id)], OrderRow.init)
    }

    /// The rows of several orders that are about to be moved, without those that others are moving.
    ///
    /// By wallet: whoever moves several orders takes their wallets in this order, so that no two lock each other out.
    static func lock(free ids: [OrderID], _ transaction: Transaction) throws -> [OrderRow] {
        byWallet(try ids.compactMap { try transaction.first(lockFreeByID, [.id($0)], OrderRow.init) })
    }

    static func byWallet(_ rows: [OrderRow]) -> [OrderRow] {
        rows.sorted { ($0.wallet, $0.orderNumber) < ($1.wallet, $1.orderNumber) }
    }

    static func find(_ reference: String, of wallet: WalletID, _ transaction: Transaction) throws -> OrderRow? {
        try transaction.first(
            selectByReference, [.account(wallet.account), .environment(wallet.environment), .text(reference)],
            OrderRow.init)
    }

    /// Open orders of one operator in one state whose time has come, the longest waiting first.
    ///
    /// - Parameters:
    ///   - placedAfter: leaves out orders placed then or earlier.
    static func due(
        _ operatorID: OperatorID, _ state: OrderState, by now: Timestamp, placedAfter: Timestamp, limit: Int,
        _ transaction: Transaction
    ) throws -> [OrderRow] {
        try transaction.all(
            selectDue,
            [
                .integer(operatorID.number), .integer(state.storedCode), .time(now),
                .time(placedAfter), .integer(Int64(limit)),
            ],
            OrderRow.init)
    }

    private static let selectDueIDs = Statement(
        """
        SELECT id FROM orders
        WHERE operator_id = ? AND state = ? AND finished_at IS NULL AND due_at <= ?
        ORDER BY due_at, account_id, environment, order_no LIMIT ?
        """)

    /// The same, without reading what the orders hold.
    static func dueIDs(
        _ operatorID: OperatorID, _ state: OrderState, by now: Timestamp, limit: Int, _ transaction: Transaction
    ) throws -> [OrderID] {
        try transaction.all(
            selectDueIDs,
            [.integer(operatorID.number), .integer(state.storedCode), .time(now), .integer(Int64(limit))]
        ) { try $0.id(0) }
    }

    /// - Throws: ``Overtaken``, perhaps later, if the wallet has an order with this reference by now.
    func insert(_ transaction: Transaction) throws {
        let parameters: [Value] = [
            .id(id), .account(wallet.account), .environment(wallet.environment), .integer(orderNumber),
            .text(reference), .integer(number.type.storedCode), .text(number.text), .integer(product.number),
            .money(value), .money(cost), .integer(machine.state.storedCode), .integer(operatorID.number),
            .integer(machine.attempt), .integer(node.number), .time(machine.dueAt), .time(machine.placedAt),
            .time(machine.since), .time(machine.queuedAt), .time(finishedAt), .id(card), .flag(isCardExposed),
            .optional(transactionNumber), .optional(refundReason?.storedCode), .integer(machine.trace.rawValue),
        ]
        try transaction.changeOne(Self.insert, parameters) { Overtaken("the reference was taken meanwhile") }
    }

    /// Writes what changed, on the condition that nobody else has moved the order since it was read.
    func update(from before: OrderMachine, _ transaction: Transaction) throws {
        try transaction.changeOne(
            Self.update,
            [
                .integer(machine.state.storedCode), .integer(operatorID.number), .integer(machine.attempt),
                .integer(node.number), .time(machine.dueAt), .time(machine.since), .time(machine.queuedAt),
                .time(finishedAt), .id(card), .flag(isCardExposed), .optional(transactionNumber),
                .optional(refundReason?.storedCode), .integer(machine.trace.rawValue), .id(id),
                .integer(before.state.storedCode),
                .integer(before.attempt),
            ]
        ) { Overtaken("an order moved while it was being moved") }
    }
}
