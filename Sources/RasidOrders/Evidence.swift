public import RasidBase
public import RasidDatabase

/// What was said and done about an order beyond the plain way: kept for staff, never changed.
public struct Evidence: Hashable, Sendable {
    public let attempt: Int64
    public let at: Timestamp
    /// Never holds a code or a full number.
    public let what: String

    private static let insert = Statement("INSERT INTO evidence (order_id, attempt, at, what) VALUES (?, ?, ?, ?)")
    private static let select = Statement(
        "SELECT attempt, at, what FROM evidence WHERE order_id = ? ORDER BY id LIMIT 1000")

    static func keep(
        _ what: String, of order: OrderID, attempt: Int64, at now: Timestamp, _ transaction: Transaction
    ) throws {
        try transaction.run(insert, [.id(order), .integer(attempt), .time(now), .text(what)])
    }

    public static func all(of order: OrderID, in transaction: Transaction) throws -> [Evidence] {
        try transaction.all(select, [.id(order)]) {
            Evidence(attempt: $0.integer(0), at: $0.time(1), what: $0.text(2))
        }
    }
}
