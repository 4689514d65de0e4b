public import RasidBase
public import RasidDatabase
public import RasidLedger

/// Orders that should have ended long ago.
public enum OverdueOrders {
    private static let select = Statement(
        "SELECT id FROM orders WHERE finished_at IS NULL AND created_at <= ? ORDER BY created_at LIMIT ?")

    /// An order ends when it is 48 hours old; a day more is left for clocks that were set and the pauses after it.
    ///
    /// A shop that was off for days has such orders when it starts, and ends them once it trusts its clock.
    public static func look(at now: Timestamp, in transaction: Transaction) throws -> [AuditFinding] {
        let oldest = now.adding(.zero - Limits.orderOverdue)
        return try transaction.all(select, [.time(oldest), .integer(Int64(Limits.auditFindings))]) { row in
            guard let id = try? row.id(0, of: OrderTag.self) else { return .ofShop(sentence) }
            return AuditFinding("order \(id)", sentence)
        }
    }

    private static let sentence =
        "it is more than \(Limits.orderOverdue.components.seconds / 3600) hours old and still open"

    /// Whether that is what a finding says: it is over when the order has ended.
    public static func isTold(by finding: AuditFinding) -> Bool { finding.sentence == sentence }
}
