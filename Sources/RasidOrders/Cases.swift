public import RasidBase
public import RasidDatabase

/// An order that waits for a person, and why.
public struct OrderCase: Hashable, Sendable {
    public let order: OrderID
    public let kind: CaseKind
    /// What the order cost: what is at stake.
    public let amount: Money
    public let openedAt: Timestamp
    public let closedAt: Timestamp?
    public let resolution: String?
}

public enum Cases {
    private static let columns = "order_id, kind, amount, opened_at, closed_at, resolution"
    private static let insert = Statement(
        """
        INSERT INTO cases (order_id, kind, amount, opened_at, asked_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (order_id, kind) DO UPDATE SET closed_at = NULL, resolution = NULL
        """)
    private static let selectOpen = Statement(
        "SELECT \(columns) FROM cases WHERE closed_at IS NULL ORDER BY opened_at LIMIT ?")
    private static let selectOrder = Statement("SELECT \(columns) FROM cases WHERE order_id = ? ORDER BY kind")
    private static let close = Statement(
        "UPDATE cases SET closed_at = ?, resolution = ? WHERE order_id = ? AND closed_at IS NULL")

    /// A case that was closed opens again when the same thing happens again.
    static func open(
        _ kind: CaseKind, _ order: OrderID, amount: Money, at now: Timestamp, _ transaction: Transaction
    ) throws {
        try transaction.run(insert, [.id(order), .integer(kind.rawValue), .money(amount), .time(now), .time(now)])
    }

    private static let selectWaiting = Statement(
        "SELECT 1 FROM cases WHERE order_id = ? AND kind = ? AND closed_at IS NULL")

    static func isWaiting(_ kind: CaseKind, _ order: OrderID, _ transaction: Transaction) throws -> Bool {
        try transaction.exists(selectWaiting, [.id(order), .integer(kind.rawValue)])
    }

    /// What waits, the oldest first.
    public static func waiting(limit: Int, in transaction: Transaction) throws -> [OrderCase] {
        try transaction.all(selectOpen, [.integer(Int64(limit))], orderCase)
    }

    public static func all(of order: OrderID, in transaction: Transaction) throws -> [OrderCase] {
        try transaction.all(selectOrder, [.id(order)], orderCase)
    }

    /// - Returns: how many were open.
    static func close(
        _ order: OrderID, resolution: String, at now: Timestamp, _ transaction: Transaction
    ) throws -> Int {
        try transaction.run(close, [.time(now), .text(resolution), .id(order)])
    }

    private static let selectToAsk = Statement(
        """
        SELECT order_id FROM cases WHERE closed_at IS NULL AND opened_at > ? AND kind = ? AND asked_at <= ?
        ORDER BY asked_at LIMIT ?
        """)
    private static let takeToAsk = Statement(
        """
        UPDATE cases SET asked_at = ?
        WHERE order_id = ? AND kind = ? AND closed_at IS NULL AND asked_at <= ? RETURNING order_id
        """)

    /// Orders whose operator never said what became of them, and is asked once a day for thirty days more (design §4).
    ///
    /// - Returns: what is to be asked now, by this caller alone.
    public static func takeToAsk(at now: Timestamp, limit: Int, in transaction: Transaction) throws -> [Assignment] {
        let (kind, before) = (CaseKind.neverSettled.rawValue, now.adding(.zero - Limits.caseAskPause))
        let due = try transaction.all(
            selectToAsk,
            [
                .time(now.adding(.zero - Limits.caseAskLife)), .integer(kind), .time(before), .integer(Int64(limit)),
            ]
        ) { try $0.id(0, of: OrderTag.self) }
        return try due.compactMap { order in
            let isTaken = try transaction.first(
                takeToAsk, [.time(now), .id(order), .integer(kind), .time(before)], { _ in true })
            guard isTaken == true, let row = try OrderRow.find(order, transaction) else { return nil }
            return Assignment(row)
        }
    }

    /// Closes a case that has settled itself: the operator has said, late, what the books say already.
    public static func settle(
        _ order: OrderID, because resolution: String, at now: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.run(
            closeOne, [.time(now), .text(resolution), .id(order), .integer(CaseKind.neverSettled.rawValue)])
    }

    private static let closeOne = Statement(
        "UPDATE cases SET closed_at = ?, resolution = ? WHERE order_id = ? AND kind = ? AND closed_at IS NULL")

    private static func orderCase(_ row: any Row) throws -> OrderCase {
        guard let kind = CaseKind(rawValue: row.integer(1)) else {
            throw StoreFailure.broken("a case of a kind that this version does not know")
        }
        return OrderCase(
            order: try row.id(0), kind: kind, amount: row.money(2), openedAt: row.time(3),
            closedAt: row.optionalTime(4), resolution: row.optionalText(5))
    }
}
