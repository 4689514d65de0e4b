import RasidBase
import RasidDatabase
import RasidLedger

/// Events beside the orders that they tell of.
enum AuditedEvents {
    // Fulfilled, refunded, queued; what a newer version tells is left alone.
    private static let select = Statement(
        """
        SELECT events.event_no FROM events LEFT JOIN orders ON orders.id = events.order_id
            AND orders.account_id = events.account_id AND orders.environment = events.environment
        WHERE events.account_id = ? AND events.environment = ? AND events.event_no > ? AND events.event_no <= ?
            AND (orders.id IS NULL
                OR events.kind = 1 AND (orders.state <> 5 OR orders.finished_at <> events.at)
                OR events.kind = 2 AND (orders.state <> 6 OR orders.finished_at <> events.at)
                OR events.kind = 3 AND (orders.queued_at IS NULL OR orders.queued_at <> events.at))
        ORDER BY events.event_no LIMIT ?
        """)

    private static let count = Statement(
        "SELECT count(*) FROM events WHERE account_id = ? AND environment = ? AND kind IN (1, 2, 3)")

    /// How many events of a wallet tell of an end, or of being queued.
    static func count(of wallet: WalletID, in transaction: Transaction) throws -> Int64 {
        try transaction.first(count, [.account(wallet.account), .environment(wallet.environment)]) { $0.integer(0) }
            ?? 0
    }

    /// Looks at the events after one number and up to another: each tells what became of an order of this wallet, at
    /// the moment at which it did.
    static func look(
        of wallet: WalletID, after first: Int64, through last: Int64, in transaction: Transaction
    ) throws -> [AuditFinding] {
        let parameters: [Value] = [
            .account(wallet.account), .environment(wallet.environment), .integer(first), .integer(last),
            .integer(Int64(Limits.auditFindings)),
        ]
        return try transaction.all(select, parameters) {
            AuditFinding(wallet, "its event \($0.integer(0)) tells what has not become of its order")
        }
    }
}
