import RasidDatabase
import RasidServer
import Testing

/// Migrations are numbered within their room, from 1 and without a gap, and there for good.
struct MigrationTests {
    /// What is wrong with a list of migrations, in the order in which they run.
    static func faults(_ migrations: [(room: String, number: Int, statements: Int)]) -> [String] {
        var last: [String: Int] = [:]
        return migrations.flatMap { migration -> [String] in
            defer { last[migration.room] = migration.number }
            var faults: [String] = []
            let next = (last[migration.room] ?? 0) + 1
            if migration.number != next {
                faults.append("\(migration.room) \(migration.number) stands where \(next) belongs")
            }
            if migration.statements == 0 { faults.append("\(migration.room) \(migration.number) is empty") }
            return faults
        }
    }

    @Test func `every room's migrations are numbered from 1 without a gap`() {
        let migrations = Schema.migrations.map { ($0.room, $0.number, $0.statements.count) }
        #expect(migrations.count >= 6)
        #expect(Self.faults(migrations).isEmpty)
    }

    @Test func `every room that has migrations runs them`() throws {
        let rooms = try Repository.sources().filter { $0.text.contains("Migration(\n            room: \"") }
            .compactMap { $0.text.firstMatch(of: /room: "([a-z]+)"/).map { String($0.output.1) } }
        #expect(rooms.count >= 6)
        #expect(Set(rooms) == Set(Schema.migrations.map(\.room)))
    }

    @Test func `the check finds numbers that are doubled, left out, out of order, and empty steps`() {
        #expect(Self.faults([("a", 1, 1), ("b", 1, 1), ("a", 2, 1)]).isEmpty)
        #expect(Self.faults([("a", 1, 1), ("a", 1, 1)]) == ["a 1 stands where 2 belongs"])
        #expect(Self.faults([("a", 2, 1)]) == ["a 2 stands where 1 belongs"])
        #expect(Self.faults([("a", 1, 1), ("a", 3, 1)]) == ["a 3 stands where 2 belongs"])
        #expect(Self.faults([("a", 1, 0)]) == ["a 1 is empty"])
    }
}
