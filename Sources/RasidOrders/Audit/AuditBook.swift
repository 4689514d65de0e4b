public import RasidBase
public import RasidDatabase
public import RasidLedger

/// What the audit keeps: whose turn it is, how far it has come, and what it has found.
public enum AuditBook {
    private static let takeTurn = Statement(
        """
        INSERT INTO audit_turn (id, node, until) VALUES (1, ?, ?)
        ON CONFLICT (id) DO UPDATE SET node = excluded.node, until = excluded.until
        WHERE audit_turn.node = excluded.node OR audit_turn.until <= ? OR audit_turn.until > excluded.until
        RETURNING card_id
        """)
    private static let selectCard = Statement("SELECT card_id FROM audit_turn WHERE card_id IS NOT NULL")
    private static let keepCard = Statement("UPDATE audit_turn SET card_id = ? WHERE id = 1")
    private static let keepMark = Statement(
        """
        INSERT INTO audit_marks (account_id, environment, entry_no, balance, event_no, order_no) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (account_id, environment) DO UPDATE SET entry_no = excluded.entry_no, balance = excluded.balance,
            event_no = excluded.event_no, order_no = excluded.order_no
        """)
    private static let keepFinding = Statement(
        """
        INSERT INTO audit_findings (subject, sentence, found_at)
        SELECT ?, ?, ? WHERE (SELECT count(*) FROM audit_findings) < ?
        ON CONFLICT DO NOTHING RETURNING subject
        """)
    private static let deleteFindings = Statement("DELETE FROM audit_findings WHERE found_at < ?")
    private static let selectCount = Statement("SELECT count(*) FROM audit_findings")

    /// One node audits at a time: takes the turn, or keeps it.
    ///
    /// A turn that ends later than a fresh one would was taken by a clock that has been set back since.
    ///
    /// - Returns: whether it is this node's.
    public static func takeTurn(_ node: NodeID, at now: Timestamp, in transaction: Transaction) throws -> Bool {
        let until = now.adding(Limits.auditTurn)
        return try transaction.exists(takeTurn, [.integer(node.number), .time(until), .time(now)])
    }

    /// The card after which the audit goes on; nil for the first.
    public static func card(in transaction: Transaction) throws -> CardID? {
        try transaction.first(selectCard) { try $0.id(0, of: CardTag.self) }
    }

    public static func keep(_ card: CardID?, in transaction: Transaction) throws {
        try transaction.run(keepCard, [.id(card)])
    }

    public static func keep(_ position: AuditOnward.Position, in transaction: Transaction) throws {
        let (wallet, books) = (position.wallet, position.books)
        try transaction.run(
            keepMark,
            [
                .account(wallet.account), .environment(wallet.environment), .integer(books.entry),
                .money(books.balance), .integer(books.event), .integer(position.settled),
            ])
    }

    /// Keeps what was found until a full audit finds it no more.
    ///
    /// - Returns: those that were not known.
    public static func keep(
        _ findings: [AuditFinding], at now: Timestamp, in transaction: Transaction
    ) throws -> [AuditFinding] {
        try findings.filter { finding in
            try transaction.exists(
                keepFinding,
                [
                    .text(finding.subject), .text(finding.sentence), .time(now),
                    .integer(Int64(Limits.auditFindings)),
                ])
        }
    }

    /// What a full audit has found takes the place of whatever was known before it began.
    public static func replace(
        before begun: Timestamp, with findings: [AuditFinding], in transaction: Transaction
    ) throws {
        try transaction.run(deleteFindings, [.time(begun)])
        _ = try keep(findings, at: begun, in: transaction)
    }

    public static func count(in transaction: Transaction) throws -> Int {
        Int(try transaction.first(selectCount) { $0.integer(0) } ?? 0)
    }
}
