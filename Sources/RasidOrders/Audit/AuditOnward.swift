public import RasidBase
public import RasidDatabase
public import RasidLedger

/// The audit that goes on where it stood (design §5): bounded looks at what has come since, each in one short snapshot.
///
/// What lies before a wallet's mark has been found in order, or was told; `rasid audit` alone re-adds everything.
public enum AuditOnward {
    /// How far the audit of one wallet has come.
    public struct Position: Sendable {
        public let wallet: WalletID
        var books: BookMark
        /// The last order that was looked at.
        var seen: Int64
        /// Of the orders of the last look, those that were still open.
        var open: [OrderID] = []
        /// Everything that was there has been looked at.
        public internal(set) var isAtEnd = false
    }

    private static let selectNews = Statement(
        """
        SELECT balances.account_id, balances.environment, coalesce(marks.entry_no, 0), coalesce(marks.balance, 0),
            coalesce(marks.event_no, 0), coalesce(marks.order_no, 0)
        FROM balances LEFT JOIN audit_marks AS marks
            ON marks.account_id = balances.account_id AND marks.environment = balances.environment
        WHERE coalesce(marks.entry_no, 0) <> balances.entry_no OR coalesce(marks.balance, 0) <> balances.wallet
            OR coalesce(marks.event_no, 0) <> balances.event_no OR coalesce(marks.order_no, 0) <> balances.order_no
        ORDER BY balances.account_id, balances.environment
        """)

    /// The wallets about which there is something to look at.
    public static func news(in transaction: Transaction) throws -> [Position] {
        try transaction.all(selectNews) { row in
            Position(
                wallet: WalletID(account: row.account(0), environment: try row.environment(1)),
                books: BookMark(entry: row.integer(2), balance: row.money(3), event: row.integer(4)),
                seen: row.integer(5))
        }
    }

    /// Looks at the next rows of a wallet and moves its position on.
    ///
    /// - Returns: what does not add up.
    public static func step(_ position: inout Position, in transaction: Transaction) throws -> [AuditFinding] {
        let wallet = position.wallet
        let limit = Limits.auditedRows
        let books = try LedgerAudit.onward(of: wallet, from: position.books, limit: limit, in: transaction)
        var findings = books.findings
        var looked: Int64 = 0
        position.open = []
        try AuditedOrder.each(of: wallet, after: position.seen, limit: limit, transaction) { order in
            looked += 1
            findings += order.findings(whenNextIs: position.seen &+ 1)
            if !order.state.isFinal { position.open.append(order.id) }
            position.seen = order.number
        }
        let isLastOrder = looked < limit
        if isLastOrder {
            let count = try Balances.of(wallet, in: transaction).orderNumber
            if count != position.seen {
                findings.append(AuditFinding(wallet, "its orders are not numbered up to what its row says"))
            }
        }
        position.books = books.mark
        position.isAtEnd = books.isAtEnd && isLastOrder
        return findings
    }

    /// Looks again at orders that were open when the audit came by, and at nothing twice that has ended.
    ///
    /// - Returns: the order to go on after, nil behind the last; those that have ended; and what does not add up.
    public static func pending(
        after order: OrderID?, in transaction: Transaction
    ) throws -> (last: OrderID?, ended: [OrderID], findings: [AuditFinding]) {
        var (count, last, ended, findings): (Int64, OrderID?, [OrderID], [AuditFinding]) = (0, nil, [], [])
        try AuditedOrder.eachPending(after: order, limit: Limits.auditedRows, transaction) { order in
            count += 1
            last = order.id
            findings += order.findings
            if order.state.isFinal { ended.append(order.id) }
        }
        return (count < Limits.auditedRows ? nil : last, ended, findings)
    }

    /// Open orders that should have ended long ago.
    public static func overdue(at now: Timestamp, in transaction: Transaction) throws -> [AuditFinding] {
        try OverdueOrders.look(at: now, in: transaction)
    }

    // The plus keeps the engine from grouping by the table's own order: it would go through every order there is.
    private static let selectHeld = Statement(
        """
        SELECT balances.account_id, balances.environment
        FROM balances LEFT JOIN (
            SELECT +account_id AS account_id, +environment AS environment, CAST(sum(cost) AS {INT64}) AS cost
            FROM orders WHERE finished_at IS NULL GROUP BY +account_id, +environment
        ) AS open ON open.account_id = balances.account_id AND open.environment = balances.environment
        WHERE balances.held <> coalesce(open.cost, 0)
        ORDER BY balances.account_id, balances.environment LIMIT ?
        """)

    /// What wallets hold is what their open orders cost.
    public static func held(in transaction: Transaction) throws -> [AuditFinding] {
        try transaction.all(selectHeld, [.integer(Int64(Limits.auditFindings))]) { row in
            let wallet = WalletID(account: row.account(0), environment: try row.environment(1))
            return AuditFinding(wallet, "what it holds is not what its open orders cost")
        }
    }

    /// Looks at the next cards, and begins anew after the last.
    ///
    /// - Returns: the card to go on after, and what does not add up.
    public static func cards(
        after card: CardID?, in transaction: Transaction
    ) throws -> (last: CardID?, findings: [AuditFinding]) {
        let look = try AuditedCards.look(after: card, limit: Limits.auditedRows, in: transaction)
        return (look.count < Limits.auditedRows ? nil : look.last, look.findings)
    }
}
