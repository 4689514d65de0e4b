public import RasidBase
public import RasidDatabase
public import RasidStock

/// What is done about orders that nobody is working on.
public enum Reconciliation {
    /// As many nodes as ``selectSent`` has room for.
    private static let leftOut = 8
    // `finished_at IS NULL` is the very condition of the index of open orders: without it SQLite scans the table.
    private static let selectSent = Statement(
        """
        SELECT id, node, attempt FROM orders
        WHERE operator_id = ? AND state = 2 AND finished_at IS NULL AND node NOT IN (?, ?, ?, ?, ?, ?, ?, ?)
        ORDER BY due_at, account_id, environment, order_no
        """)

    /// An attempt whose node may be gone.
    public struct SentAttempt: Hashable, Sendable {
        public let order: OrderID
        public let node: NodeID
        public let attempt: Int64
    }

    /// What nodes that are gone had sent.
    ///
    /// - Parameter alive: nodes that may still be calling their operators.
    public static func lost(
        _ operatorID: OperatorID, limit: Int, in transaction: Transaction, unless alive: Set<NodeID>
    ) throws -> [SentAttempt] {
        var lost: [SentAttempt] = []
        // The store leaves out what the first of them have under way, thousands of rows a second; the rest is for us.
        let few = alive.map(\.number).sorted().prefix(leftOut)
        let nodes = few + repeatElement(few.last ?? -1, count: leftOut - few.count)
        try transaction.each(selectSent, [.integer(operatorID.number)] + nodes.map(Value.integer)) { row in
            let sent = SentAttempt(
                order: try row.id(0), node: NodeID(row.integer(1)), attempt: row.integer(2))
            if lost.count < limit, !alive.contains(sent.node) { lost.append(sent) }
        }
        return lost
    }

    private static let selectOverdue = Statement(
        """
        SELECT id, node, attempt FROM orders
        WHERE operator_id = ? AND state = 2 AND finished_at IS NULL AND due_at <= ?
        ORDER BY due_at, account_id, environment, order_no LIMIT ?
        """)

    /// Attempts that nobody works on any more, though their node may live: their calls are given up at the
    /// deadline, and what they brought could be recorded since.
    ///
    /// A claim whose commit was in doubt ends here, and an answer that the store refused until it was given up.
    public static func overdue(
        _ operatorID: OperatorID, limit: Int, at now: Timestamp, in transaction: Transaction
    ) throws -> [SentAttempt] {
        let latest = now.adding(.zero - Limits.recordingTime)
        return try transaction.all(
            selectOverdue, [.integer(operatorID.number), .time(latest), .integer(Int64(limit))]
        ) { SentAttempt(order: try $0.id(0), node: NodeID($0.integer(1)), attempt: $0.integer(2)) }
    }

    /// From now on these orders are in doubt and their operator is asked; one that has moved on is left alone.
    ///
    /// - Parameter note: what is kept as evidence.
    public static func doubt(
        _ lost: [SentAttempt], because note: String = "the node that was calling the operator is gone",
        _ provisions: Provisions, in transaction: Transaction
    ) throws {
        var step = OrderStep(transaction, provisions)
        let sent = Dictionary(lost.map { ($0.order, $0) }) { first, _ in first }
        for var row in try OrderRow.lock(free: lost.map(\.order), transaction)
        where row.node == sent[row.id]?.node && row.machine.attempt == sent[row.id]?.attempt {
            try step.apply(.nodeDied, to: &row, note: note)
        }
    }

    private static let selectAsked = Statement(
        """
        SELECT id, node, attempt FROM orders
        WHERE operator_id = ? AND state = 3 AND finished_at IS NULL AND due_at > ? AND due_at <= ? AND node > 0
        ORDER BY due_at, account_id, environment, order_no
        """)
    private static let askAgain = Statement(
        "UPDATE orders SET due_at = ?, node = 0 WHERE id = ? AND node = ? AND finished_at IS NULL AND due_at > ?")

    /// Orders in doubt about which a node that is gone was asking.
    public static func asked(
        _ operatorID: OperatorID, limit: Int, at now: Timestamp, in transaction: Transaction, unless alive: Set<NodeID>
    ) throws -> [SentAttempt] {
        var asked: [SentAttempt] = []
        // While a node asks, the order is due at the end of its call; most of the others are due much later. What is left
        // of a longer call is waited for.
        let latest = now.adding(Limits.askedAhead)
        try transaction.each(selectAsked, [.integer(operatorID.number), .time(now), .time(latest)]) { row in
            let attempt = SentAttempt(order: try row.id(0), node: NodeID(row.integer(1)), attempt: row.integer(2))
            if asked.count < limit, !alive.contains(attempt.node) { asked.append(attempt) }
        }
        return asked
    }

    /// Their next question is due now and nobody's: whoever was asking will not be heard.
    public static func askAgain(_ asked: [SentAttempt], at now: Timestamp, in transaction: Transaction) throws {
        for attempt in asked {
            try transaction.run(
                askAgain, [.time(now), .id(attempt.order), .integer(attempt.node.number), .time(now)])
        }
    }

    // A row that cannot be moved is put off (``postpone``) and must not stand in the way of the others. The plus keeps
    // the engine from going through everything that an operator has open: the index by age is the short way.
    private static let selectEnded = Statement(
        """
        SELECT id FROM orders
        WHERE finished_at IS NULL AND created_at <= ? AND +operator_id = ? AND due_at <= ? AND +state <= 4
        ORDER BY created_at, account_id, environment, order_no LIMIT ?
        """)

    /// Open orders that are 48 hours old; nothing is due later than its own end.
    public static func ended(
        _ operatorID: OperatorID, limit: Int, at now: Timestamp, in transaction: Transaction
    ) throws -> [OrderID] {
        let oldest = now.adding(.zero - Limits.orderLife)
        return try transaction.all(
            selectEnded,
            [.time(oldest), .integer(operatorID.number), .time(now), .integer(Int64(limit))]
        ) { try $0.id(0) }
    }

    /// Ends orders that are 48 hours old (law 3).
    ///
    /// - Returns: the orders that were refunded.
    public static func endLives(
        _ orders: [OrderID], _ provisions: Provisions, in transaction: Transaction
    ) throws -> [Order] {
        var step = OrderStep(transaction, provisions)
        var refunded: [Order] = []
        for var row in try OrderRow.lock(free: orders, transaction)
        where !row.machine.state.isFinal && provisions.now >= row.machine.endOfLife {
            try step.apply(.lifeEnded, to: &row, note: "48 hours went by")
            refunded.append(Order(row))
        }
        return refunded
    }

    private static let postpone = Statement("UPDATE orders SET due_at = ? WHERE id = ? AND finished_at IS NULL")

    /// Puts an order aside that cannot be moved as it is, so that it does not stand in the way of others.
    public static func postpone(_ order: OrderID, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.run(postpone, [.time(now.adding(Limits.postponedBrokenOrder)), .id(order)])
    }

    private static let selectNextDue = Statement(
        "SELECT min(due_at) FROM orders WHERE operator_id = ? AND state = ? AND finished_at IS NULL")

    /// When the next order of an operator is due; nil if none is open.
    public static func nextDue(
        _ operatorID: OperatorID, _ states: [OrderState], in transaction: Transaction
    ) throws -> Timestamp? {
        try states.compactMap { state in
            try transaction.first(
                selectNextDue, [.integer(operatorID.number), .integer(state.storedCode)], { $0.optionalTime(0) }) ?? nil
        }.min()
    }
}
