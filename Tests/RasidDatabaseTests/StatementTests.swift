import Testing

@testable import RasidDatabase

struct StatementTests {
    @Test func `every word in braces is given to the driver to spell`() {
        let text = SQLWord.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        let spelled = Statement("a \(text) z").spelled { "<\($0.rawValue)>" }
        #expect(
            spelled == "a <INT64>, <BYTES>, <COUNTED KEY>, <STRICT>, <CLUSTERED>, <LOCK>, <LOCK SKIPPING> z")
    }

    @Test func `a text without words is left as it is`() {
        #expect(Statement("SELECT '}' || 1").spelled { _ in "" } == "SELECT '}' || 1")
        #expect(Statement("").spelled { _ in "" }.isEmpty)
    }

    @Test func `every statement has a number of its own`() {
        let numbers = (0..<100).map { _ in Statement("SELECT 1").number }
        #expect(Set(numbers).count == 100)
    }

    @Test func `SQLite takes every word where it belongs`() throws {
        let folder = try TemporaryFolder()
        let words = Migration(
            room: "words", number: 1,
            """
            CREATE TABLE counted (id {COUNTED KEY}, number {INT64} NOT NULL, raw {BYTES} NOT NULL) {STRICT}
            """,
            "CREATE TABLE clustered (number {INT64} NOT NULL PRIMARY KEY) {CLUSTERED}",
            "INSERT INTO counted (number, raw) VALUES (1, x'00')")
        let store = try InlineSQLiteDatabase(path: folder.store, migrations: [words])
        let lock = Statement("SELECT id FROM counted WHERE number = ? {LOCK}")
        let skipping = Statement("SELECT id FROM counted WHERE number = ? {LOCK SKIPPING}")
        #expect(try store.commit { try $0.first(lock, [.integer(1)]) { $0.integer(0) } } == 1)
        #expect(try store.commit { try $0.first(skipping, [.integer(1)]) { $0.integer(0) } } == 1)
        try store.close()
    }
}
