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
        /// Its mark lay beyond the books, so that they are gone through from their beginning.
        public var isAnew = false

        /// Whether there was anything new since an earlier position.
        public func isBeyond(_ earlier: Position) -> Bool {
            seen != earlier.seen || books.entry != earlier.books.entry || books.event != earlier.books.event
        }
    }

    private static let selectNews = Statement(
        """
        SELECT balances.account_id, balances.environment, coalesce(marks.entry_no, 0), coalesce(marks.balance, 0),
            coalesce(marks.event_no, 0), coalesce(marks.order_no, 0),
            coalesce(marks.entry_no, 0) BETWEEN 0 AND balances.entry_no
            AND coalesce(marks.event_no, 0) BETWEEN 0 AND balances.event_no
            AND coalesce(marks.order_no, 0) BETWEEN 0 AND balances.order_no
        FROM balances LEFT JOIN audit_marks AS marks
            ON marks.account_id = balances.account_id AND marks.environment = balances.environment
        WHERE (balances.account_id, balances.environment) > (?, ?)
            AND (coalesce(marks.entry_no, 0) <> balances.entry_no OR coalesce(marks.balance, 0) <> balances.wallet
            OR coalesce(marks.event_no, 0) <> balances.event_no OR coalesce(marks.order_no, 0) <> balances.order_no)
        ORDER BY balances.account_id, balances.environment LIMIT ?
        """)

    /// The next wallets about which there is something to look at.
    public static func news(after wallet: WalletID? = nil, in transaction: Transaction) throws -> [Position] {
        let parameters: [Value] = [
            .integer(wallet?.account.number ?? 0), .integer(wallet?.environment.storedCode ?? 0),
            .integer(Limits.auditedRows),
        ]
        return try transaction.all(selectNews, parameters) { row in
            let wallet = WalletID(account: row.account(0), environment: try row.environment(1))
            // A mark that lies beyond the books is none: they are gone through from their beginning.
            guard row.flag(6) else { return Position(wallet: wallet, books: .start, seen: 0, isAnew: true) }
            return Position(
                wallet: wallet, books: BookMark(entry: row.integer(2), balance: row.money(3), event: row.integer(4)),
                seen: row.integer(5))
        }
    }

    /// Looks at the next rows of a wallet and moves its position on.
    ///
    /// - Returns: what does not add up.
    public static func step(_ position: inout Position, in transaction: Transaction) throws -> [AuditFinding] {
        let wallet = position.wallet
        let limit = Limits.auditedRows
        let (before, books) = (
            position.books, try LedgerAudit.onward(of: wallet, from: position.books, limit: limit, in: transaction)
        )
        var findings = books.findings
        findings += try AuditedTransfers.lines(
            of: wallet, after: before.entry, through: books.mark.entry, in: transaction)
        findings += try AuditedEvents.look(of: wallet, after: before.event, through: books.mark.event, in: transaction)
        var looked: Int64 = 0
        position.open = []
        try AuditedOrder.each(of: wallet, after: position.seen, limit: limit, transaction) { order in
            looked += 1
            findings += order.findings(whenNextIs: position.seen &+ 1)
            if let id = order.id, !order.state.isFinal { position.open.append(id) }
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
            if let id = order.id, order.state.isFinal { ended.append(id) }
        }
        return (count < Limits.auditedRows ? nil : last, ended, findings)
    }

    private static let selectOpen = Statement(
        "SELECT account_id, environment, cost FROM orders WHERE finished_at IS NULL")
    private static let selectHeld = Statement(
        "SELECT account_id, environment, held FROM balances ORDER BY account_id, environment")

    /// What wallets hold is what their open orders cost.
    public static func held(in transaction: Transaction) throws -> [AuditFinding] {
        func wallet(_ row: any Row) throws -> WalletID {
            WalletID(account: row.account(0), environment: try row.environment(1))
        }
        var open: [WalletID: AuditSum] = [:]
        try transaction.each(selectOpen) { open[try wallet($0), default: AuditSum()] += $0.money(2) }
        var findings: [AuditFinding] = []
        try transaction.each(selectHeld) { row in
            let wallet = try wallet(row)
            guard findings.count < Limits.auditFindings, AuditSum(row.money(2)) != open[wallet] ?? AuditSum() else {
                return
            }
            findings.append(AuditFinding(wallet, "what it holds is not what its open orders cost"))
        }
        return findings
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
