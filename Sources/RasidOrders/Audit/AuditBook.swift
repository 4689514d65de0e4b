public import RasidBase
public import RasidDatabase
public import RasidLedger

/// What the audit keeps: whose turn it is, how far it has come, and what it has found.
public enum AuditBook {
    private static let takeTurn = Statement(
        """
        INSERT INTO audit_turn (id, node, until) VALUES (1, ?, ?)
        ON CONFLICT (id) DO UPDATE SET node = excluded.node, until = excluded.until
        WHERE audit_turn.node = excluded.node OR audit_turn.until <= ? OR audit_turn.until > ?
        RETURNING card_id
        """)
    private static let selectCursors = Statement("SELECT card_id, order_id FROM audit_turn")
    private static let keepCard = Statement("UPDATE audit_turn SET card_id = ? WHERE id = 1")
    private static let keepOrder = Statement("UPDATE audit_turn SET order_id = ? WHERE id = 1")
    private static let keepMark = Statement(
        """
        INSERT INTO audit_marks (account_id, environment, entry_no, balance, event_no, order_no) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (account_id, environment) DO UPDATE SET entry_no = excluded.entry_no, balance = excluded.balance,
            event_no = excluded.event_no, order_no = excluded.order_no
        """)
    private static let keepPending = Statement("INSERT INTO audit_pending (order_id) VALUES (?) ON CONFLICT DO NOTHING")
    private static let deletePending = Statement("DELETE FROM audit_pending WHERE order_id = ?")

    /// One node audits at a time: takes the turn, or keeps it.
    ///
    /// A turn that ends much later than a fresh one would was taken by a clock that has been set back since.
    ///
    /// - Returns: whether it is this node's.
    public static func takeTurn(_ node: NodeID, at now: Timestamp, in transaction: Transaction) throws -> Bool {
        let until = now.adding(Limits.auditTurn)
        let latest = until.adding(Limits.clockJump)
        return try transaction.exists(takeTurn, [.integer(node.number), .time(until), .time(now), .time(latest)])
    }

    /// The card and the open order after which the audit goes on; nil for the first, and for what is no id.
    public static func cursors(in transaction: Transaction) throws -> (card: CardID?, order: OrderID?) {
        try transaction.first(selectCursors) { (try? $0.id(0), try? $0.id(1)) } ?? (nil, nil)
    }

    public static func keep(card: CardID?, in transaction: Transaction) throws {
        try transaction.run(keepCard, [.id(card)])
    }

    /// - Parameter ended: these have ended and were found in order, or told.
    public static func keep(order: OrderID?, ended: [OrderID], in transaction: Transaction) throws {
        try transaction.run(keepOrder, [.id(order)])
        for order in ended { try transaction.run(deletePending, [.id(order)]) }
    }

    /// Goes on behind what was looked at; what was open is looked at again.
    public static func keep(_ position: AuditOnward.Position, in transaction: Transaction) throws {
        let (wallet, books) = (position.wallet, position.books)
        try transaction.run(
            keepMark,
            [
                .account(wallet.account), .environment(wallet.environment), .integer(books.entry),
                .money(books.balance), .integer(books.event), .integer(position.seen),
            ])
        for order in position.open { try transaction.run(keepPending, [.id(order)]) }
    }

    // MARK: Findings

    private static let keepFinding = Statement(
        """
        INSERT INTO audit_findings (subject, sentence, found_at)
        SELECT ?, ?, ? WHERE (SELECT count(*) FROM audit_findings) < ?
        ON CONFLICT DO NOTHING
        """)
    private static let isKnown = Statement("SELECT 1 FROM audit_findings WHERE subject = ? AND sentence = ?")
    private static let deleteFinding = Statement("DELETE FROM audit_findings WHERE subject = ? AND sentence = ?")
    private static let selectAll = Statement("SELECT subject, sentence FROM audit_findings ORDER BY subject, sentence")
    private static let selectUntold = Statement(
        "SELECT subject, sentence FROM audit_findings WHERE is_told = 0 ORDER BY subject, sentence")
    private static let markTold = Statement("UPDATE audit_findings SET is_told = 1 WHERE subject = ? AND sentence = ?")
    private static let selectCount = Statement("SELECT count(*) FROM audit_findings")

    private static let tooMany = AuditFinding.ofShop("there are more findings than are kept here: run 'rasid audit'")

    /// Keeps what was found until a full audit finds it no more; the last place says that there is more.
    public static func keep(_ findings: [AuditFinding], at now: Timestamp, in transaction: Transaction) throws {
        for finding in findings where try !insert(finding, at: now, room: Limits.auditFindings - 1, transaction) {
            _ = try insert(tooMany, at: now, room: Limits.auditFindings, transaction)
            return
        }
    }

    /// - Returns: whether it stands there now.
    private static func insert(
        _ finding: AuditFinding, at now: Timestamp, room: Int, _ transaction: Transaction
    ) throws -> Bool {
        let key: [Value] = [.text(finding.subject), .text(finding.sentence)]
        if try transaction.run(keepFinding, key + [.time(now), .integer(Int64(room))]) == 1 { return true }
        return try transaction.exists(isKnown, key)
    }

    /// What a server has found and not put into its log yet.
    public static func untold(in transaction: Transaction) throws -> [AuditFinding] {
        try transaction.all(selectUntold, [], finding)
    }

    public static func wereTold(_ findings: [AuditFinding], in transaction: Transaction) throws {
        for finding in findings { try transaction.run(markTold, [.text(finding.subject), .text(finding.sentence)]) }
    }

    /// Everything that is known to be wrong.
    public static func known(in transaction: Transaction) throws -> [AuditFinding] {
        try transaction.all(selectAll, [], finding)
    }

    /// What a full audit has found takes the place of what was known before it began.
    public static func replace(
        _ known: [AuditFinding], with findings: [AuditFinding], at now: Timestamp, in transaction: Transaction
    ) throws {
        let found = Set(findings)
        for finding in known where !found.contains(finding) {
            try transaction.run(deleteFinding, [.text(finding.subject), .text(finding.sentence)])
        }
        try keep(findings, at: now, in: transaction)
    }

    public static func count(in transaction: Transaction) throws -> Int {
        Int(try transaction.first(selectCount) { $0.integer(0) } ?? 0)
    }

    private static func finding(_ row: any Row) -> AuditFinding { AuditFinding(row.text(0), row.text(1)) }
}
