public import RasidBase
public import RasidDatabase

/// What one node last saw of an operator, for whoever looks from outside that node.
public struct OperatorState: Hashable, Sendable {
    public var operatorID: OperatorID
    /// `up`, `down` or another word of the node's; see `OperatorMonitor`.
    public var word: String
    /// Why, and what to do; empty while it is up.
    public var reason: String
    /// The last error in the operator's own words; nil before the first.
    public var lastError: String?
    public var lastErrorAt: Timestamp?
    /// The shop's money there, when the operator tells.
    public var balance: Money?
    public var balanceAt: Timestamp?

    public init(
        operatorID: OperatorID, word: String, reason: String, lastError: String? = nil, lastErrorAt: Timestamp? = nil,
        balance: Money? = nil, balanceAt: Timestamp? = nil
    ) {
        self.operatorID = operatorID
        self.word = word
        self.reason = reason
        self.lastError = lastError
        self.lastErrorAt = lastErrorAt
        self.balance = balance
        self.balanceAt = balanceAt
    }
}

public enum OperatorStates {
    private static let columns = """
        operator_id, node, seen_at, word, reason, last_error, last_error_at, balance, balance_at
        """
    private static let write = Statement(
        """
        INSERT INTO operator_states (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (operator_id, node) DO UPDATE SET seen_at = excluded.seen_at, word = excluded.word,
            reason = excluded.reason, last_error = coalesce(excluded.last_error, operator_states.last_error),
            last_error_at = coalesce(excluded.last_error_at, operator_states.last_error_at),
            balance = coalesce(excluded.balance, operator_states.balance),
            balance_at = coalesce(excluded.balance_at, operator_states.balance_at)
        """)
    private static let deleteOld = Statement("DELETE FROM operator_states WHERE seen_at < ?")
    private static let select = Statement(
        "SELECT \(columns) FROM operator_states WHERE operator_id = ? ORDER BY seen_at DESC")

    /// - Parameter node: the number of the node that has seen it.
    public static func keep(
        _ states: [OperatorState], by node: Int64, at now: Timestamp, in transaction: Transaction
    ) throws {
        for state in states {
            try transaction.run(
                write,
                [
                    .integer(state.operatorID.number), .integer(node), .time(now), .text(state.word),
                    .text(state.reason), .optional(state.lastError), .time(state.lastErrorAt),
                    .optional(state.balance?.centimes), .time(state.balanceAt),
                ])
        }
        try transaction.run(deleteOld, [.time(now.adding(.zero - Limits.keptOperatorCalls))])
    }

    /// What every node last saw, the latest first, with the moment.
    public static func all(
        of operatorID: OperatorID, in transaction: Transaction
    ) throws -> [(state: OperatorState, seenAt: Timestamp)] {
        try transaction.all(select, [.integer(operatorID.number)]) { row in
            (
                OperatorState(
                    operatorID: OperatorID(row.integer(0)), word: row.text(3), reason: row.text(4),
                    lastError: row.optionalText(5), lastErrorAt: row.optionalTime(6),
                    balance: row.optionalInteger(7).map(Money.init(centimes:)), balanceAt: row.optionalTime(8)),
                row.time(2)
            )
        }
    }
}
