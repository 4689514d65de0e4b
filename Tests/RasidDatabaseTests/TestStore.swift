import RasidBase
import RasidDatabase
import RasidTesting
import Synchronization

/// The drivers that the conformance suite runs on.
enum Driver: CaseIterable, Sendable {
    case sqlite, inlineSQLite, postgres, inlinePostgres

    /// `scripts/test` starts a server and names it; where nobody does, the suite says what it leaves out.
    static let allCases: [Driver] = {
        guard TestServer.url == nil else { return [.sqlite, .inlineSQLite, .postgres, .inlinePostgres] }
        print("PostgreSQL is not tested: RASID_TEST_POSTGRES names no server, as scripts/test does.")
        return [.sqlite, .inlineSQLite]
    }()

    /// A schema for each folder, so that tests do not meet.
    private static func schema(of folder: TemporaryFolder) async throws -> DatabaseURL {
        try await TestServer.schema(of: folder.path)
    }

    /// Opens the store of `folder`, runs `body` and closes it.
    func run<Result>(
        in folder: TemporaryFolder, _ migrations: [Migration] = TestTables.migrations,
        _ body: (any Database) async throws -> Result
    ) async throws -> Result {
        switch self {
        case .sqlite:
            let store = try SQLiteDatabase(path: folder.store, migrations: migrations)
            do {
                let result = try await body(store)
                try await store.close()
                return result
            } catch {
                try await store.close()
                throw error
            }
        case .postgres:
            let store = try PostgresDatabase(url: try await Self.schema(of: folder), migrations: migrations)
            do {
                let result = try await body(store)
                await store.close()
                return result
            } catch {
                await store.close()
                throw error
            }
        case .inlinePostgres:
            let store = try InlinePostgresDatabase(url: try await Self.schema(of: folder), migrations: migrations)
            defer { store.close() }
            return try await body(store)
        case .inlineSQLite:
            let store = try InlineSQLiteDatabase(path: folder.store, migrations: migrations)
            defer { try? store.close() }
            return try await body(store)
        }
    }
}

enum TestTables {
    static let migrations = [
        Migration(
            room: "tests", number: 1,
            """
            CREATE TABLE notes (
                name TEXT NOT NULL PRIMARY KEY,
                number {INT64} NOT NULL CHECK (number >= 0)
            ) {CLUSTERED}
            """,
            "CREATE TABLE kinds (id {COUNTED KEY}, number {INT64}, words TEXT, raw {BYTES}) {STRICT}",
            """
            CREATE TABLE children (
                name TEXT NOT NULL PRIMARY KEY,
                parent TEXT NOT NULL REFERENCES notes (name) DEFERRABLE INITIALLY DEFERRED
            ) {STRICT}
            """)
    ]
}

/// What the tests do with their tables.
enum Notes {
    private static let insert = Statement("INSERT INTO notes (name, number) VALUES (?, ?)")
    private static let insertNew = Statement(
        "INSERT INTO notes (name, number) VALUES (?, ?) ON CONFLICT (name) DO NOTHING RETURNING number")
    static let insertOnce = Statement(
        "INSERT INTO notes (name, number) VALUES (?, ?) ON CONFLICT (name) DO NOTHING")
    private static let increase = Statement("UPDATE notes SET number = number + ? WHERE name = ? RETURNING number")
    static let selectNames = Statement("SELECT name FROM notes ORDER BY name")
    private static let selectNumber = Statement("SELECT number FROM notes WHERE name = ?")
    private static let remove = Statement("DELETE FROM notes WHERE number >= ?")
    private static let insertChild = Statement("INSERT INTO children (name, parent) VALUES (?, ?)")

    static func add(_ name: String, _ number: Int64 = 0, in transaction: Transaction) throws {
        try transaction.run(insert, [.text(name), .integer(number)])
    }

    /// - Throws: ``StoreFailure/broken(_:)``, perhaps later, if it is there.
    static func addOnce(_ name: String, in transaction: Transaction) throws {
        try transaction.changeOne(insertOnce, [.text(name), .integer(0)]) { StoreFailure.broken("\(name) is there") }
    }

    static func addNew(_ name: String, _ number: Int64, in transaction: Transaction) throws -> Int64? {
        try transaction.first(insertNew, [.text(name), .integer(number)]) { $0.integer(0) }
    }

    static func increase(_ name: String, by number: Int64 = 1, in transaction: Transaction) throws -> Int64? {
        try transaction.first(increase, [.integer(number), .text(name)]) { $0.integer(0) }
    }

    static func number(_ name: String, in transaction: Transaction) throws -> Int64? {
        try transaction.first(selectNumber, [.text(name)]) { $0.integer(0) }
    }

    static func exists(_ name: String, in transaction: Transaction) throws -> Bool {
        try transaction.exists(selectNumber, [.text(name)])
    }

    static func names(in transaction: Transaction) throws -> [String] {
        try transaction.all(selectNames) { $0.text(0) }
    }

    static func each(in transaction: Transaction, _ body: (String) throws -> Void) throws {
        try transaction.each(selectNames) { try body($0.text(0)) }
    }

    static func remove(from number: Int64, in transaction: Transaction) throws -> Int {
        try transaction.run(remove, [.integer(number)])
    }

    static func addChild(_ name: String, of parent: String, in transaction: Transaction) throws {
        try transaction.run(insertChild, [.text(name), .text(parent)])
    }
}

/// An error that only the tests throw.
struct Stop: Error, Equatable {
    let why: String
}

/// Counts from any thread.
final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
}
