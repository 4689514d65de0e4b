import RasidDatabase
import Testing

/// Nobody who sells or is served waits for a table that grows with every sale.
struct ScanTests {
    private static let growing = ["orders", "cards", "transfers", "events", "reveals", "idempotency_keys", "evidence"]

    /// Files whose texts may read all of a growing table: the owner asks for it, and no sale waits.
    private static let patient: Set<String> = [
        "Sources/RasidLedger/LedgerAudit.swift", "Sources/RasidStock/Cards/CardStock.swift",
        "Sources/RasidSimulation/WholeCheck.swift",
    ]

    /// The steps in which the engine reads a growing table, or an index of all of it, from end to end.
    private static func scans(_ text: StatementTexts.Found, _ store: InlineSQLiteDatabase) throws -> [String] {
        // An INSERT looks for rows that refer to it, but only while some reference is broken: never.
        guard !text.sql.hasPrefix("INSERT") else { return [] }
        let explain = Statement("EXPLAIN QUERY PLAN " + text.sql)
        let steps = try store.look {
            try $0.all(explain, Array(repeating: .null, count: text.placeholders)) { $0.text(3) }
        }
        let tables = tables(in: text.sql)
        return steps.filter { step in
            let words = step.split(separator: " ").map(String.init)
            // The index of open orders holds no more than is open.
            return words.first == "SCAN" && words.count > 1 && growing.contains(tables[words[1]] ?? words[1])
                && words.last?.hasPrefix("orders_open") != true
        }
    }

    /// The tables by the other names that a text gives them.
    private static func tables(in sql: String) -> [String: String] {
        let named = sql.matches(of: /([a-z_]+) AS ([a-z_]+)/).map { (String($0.output.2), String($0.output.1)) }
        return Dictionary(named) { first, _ in first }
    }

    @Test func `no text reads a growing table from end to end, but for those that nobody waits for`() throws {
        let texts = try StatementTexts.all().filter(\.isAboutRows)
        let found = try EmptyStore.with { store in
            try texts.flatMap { text in try Self.scans(text, store).map { (text.path, "\(text)\n  \($0)") } }
        }
        let scans = found.filter { !Self.patient.contains($0.0) }.map(\.1)
        #expect(scans.isEmpty, "\(scans.joined(separator: "\n"))")
        #expect(Set(found.map(\.0)).isSuperset(of: Self.patient), "an allowance is left over")
        // What is asked of one wallet costs what that wallet has, in an audit too.
        #expect(!found.contains { $0.1.contains("account_id = ?") }, "\(found.map(\.1))")
    }

    @Test(arguments: [
        ("SELECT id FROM orders WHERE number = ?", false), ("SELECT id FROM orders WHERE id = ?", true),
        ("SELECT id FROM orders WHERE operator_id = ? AND state = ? AND due_at <= ?", false),
        ("SELECT id FROM orders WHERE operator_id = ? AND state = ? AND finished_at IS NULL", true),
        ("SELECT sum(amount) FROM transfers WHERE account_id = ?", false),
        ("SELECT 1 FROM balances WHERE EXISTS (SELECT 1 FROM cards AS aside WHERE aside.state > ?)", false),
        ("SELECT 1 FROM cards AS aside WHERE aside.order_id = ? AND aside.state = 4", true),
        ("UPDATE cards SET state = 5 WHERE serial = ?", true), ("UPDATE cards SET state = 5 WHERE state = 1", false),
    ])
    func `the check tells a text that searches from one that reads everything`(sql: String, isGood: Bool) throws {
        let text = StatementTexts.Found(path: "A.swift", sql: sql)
        #expect(try EmptyStore.with { try Self.scans(text, $0) }.isEmpty == isGood)
    }
}
