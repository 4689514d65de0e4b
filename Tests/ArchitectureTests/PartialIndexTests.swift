import RasidDatabase
import Testing

/// SQLite compiles a statement anew, at each use, whose bound value might satisfy a partial index's condition.
struct PartialIndexTests {
    private struct Condition: Hashable {
        let table: String
        let column: String
    }

    /// The columns that partial indexes compare with a literal.
    private static func conditions(_ indexes: [(table: String, sql: String)]) -> Set<Condition> {
        var found: Set<Condition> = []
        for index in indexes {
            guard let start = index.sql.firstRange(of: "WHERE") else { continue }
            for match in index.sql[start.upperBound...].matches(of: /([a-z_]+) (?:=|IN)/) {
                found.insert(Condition(table: index.table, column: String(match.output.1)))
            }
        }
        return found
    }

    private static func binds(_ sql: String, _ condition: Condition) -> Bool {
        let words = sql.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "?" && $0 != "=" }
        guard words.contains(Substring(condition.table)), let filter = sql.firstRange(of: "WHERE") else { return false }
        let compared = sql[filter.upperBound...].matches(of: /([a-z_]+) = \?/).map { String($0.output.1) }
        return compared.contains(condition.column)
    }

    @Test func `no text binds a value to a column of a partial index's condition`() throws {
        let select = Statement("SELECT tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        let indexes = try EmptyStore.with { store in
            try store.look { try $0.all(select) { (table: $0.text(0), sql: $0.text(1)) } }
        }
        let conditions = Self.conditions(indexes)
        #expect(conditions.contains(Condition(table: "cards", column: "state")))
        for text in try StatementTexts.all().filter(\.isAboutRows) {
            for condition in conditions where Self.binds(text.sql, condition) {
                Issue.record("\(text) is compiled at each use: \(condition.table).\(condition.column)")
            }
        }
    }

    @Test func `the check tells a text that is compiled once from one that is not`() {
        let conditions = Self.conditions([(table: "orders", sql: "CREATE INDEX a ON orders (b) WHERE state = 6")])
        #expect(conditions == [Condition(table: "orders", column: "state")])
        for condition in conditions {
            #expect(Self.binds("SELECT id FROM orders WHERE id = ? AND state = ?", condition))
            #expect(!Self.binds("UPDATE orders SET state = ? WHERE id = ?", condition))
            #expect(!Self.binds("SELECT id FROM cards WHERE state = ?", condition))
        }
    }
}
