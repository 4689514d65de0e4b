import RasidBase
import RasidDatabase
import RasidLedger

/// Orders that should have ended long ago.
enum OverdueOrders {
    private static let select = Statement(
        "SELECT id FROM orders WHERE finished_at IS NULL AND created_at <= ? ORDER BY created_at LIMIT ?")

    /// An order ends when it is 48 hours old; a day more is left for clocks that were set and the pauses after it.
    static func look(at now: Timestamp, in transaction: Transaction) throws -> [AuditFinding] {
        let oldest = now.adding(.zero - Limits.orderOverdue)
        return try transaction.all(select, [.time(oldest), .integer(Int64(Limits.auditFindings))]) { row in
            AuditFinding(
                "order \(try row.id(0, of: OrderTag.self))",
                "it is more than \(Limits.orderOverdue.components.seconds / 3600) hours old and still open")
        }
    }
}
