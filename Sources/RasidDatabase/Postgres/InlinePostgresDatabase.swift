import Foundation
public import RasidBase

/// The same store without threads: every closure runs on its caller, in a transaction of its own (law 8).
///
/// `@unchecked Sendable`: `session` is used only while `lock` is held.
public final class InlinePostgresDatabase: InlineDatabase, @unchecked Sendable {
    private let session: PostgresSession
    private let lock = NSRecursiveLock()

    /// - Throws: ``Refusal``, as ``PostgresDatabase/init(url:migrations:)``.
    ///
    /// - Parameter streams: reads answers some rows at a time, for tables without a bound.
    public init(url: DatabaseURL, migrations: [Migration], streams: Bool = false) throws {
        _ = try PostgresSchema.prepare(url, migrations: migrations)
        session = PostgresSession(url) { connection in
            try connection.limit(statements: .zero)
            if streams { try connection.stream() }
        }
    }

    public func commit<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) throws -> Answer {
        try lock.withLock { try session.write(body).answer }
    }

    public func look<Answer>(_ body: (Transaction) throws -> Answer) throws -> Answer {
        try lock.withLock { try session.read(body) }
    }

    public func lock(_ tables: [StoredTable], in transaction: Transaction) throws {
        let names = tables.map(\.name).joined(separator: ", ")
        let text = "LOCK TABLE \(names) IN EXCLUSIVE MODE"
        try transaction.run(Statement(text))
    }

    private static let selectPlace = Statement(
        """
        SELECT CAST(system_identifier AS TEXT) || ' ' || CAST(pg_postmaster_start_time() AS TEXT)
            || ' ' || current_database() || ' ' || current_schema()
        FROM pg_control_system()
        """)

    public func identity(in transaction: Transaction) throws -> String? {
        try transaction.first(Self.selectPlace) { $0.text(0) }
    }

    public func endOthers(in transaction: Transaction) throws {
        let ended = try transaction.all(PostgresSchema.endSessions) { $0.flag(0) }
        guard !ended.contains(false) else {
            throw Refusal("Another session of the shop's database does not end: stop whoever uses it, and try again.")
        }
    }

    public func now(in transaction: Transaction) throws -> Timestamp? {
        try transaction.first(PostgresDatabase.selectClock) { $0.time(0) }
    }

    public func takenIn(_ tables: [StoredTable], in transaction: Transaction) throws {
        for table in tables {
            // Without a look at what came in, whatever asks next would be planned for an empty table.
            let look = "ANALYZE \(table.name)"
            try transaction.run(Statement(look))
            guard let column = table.counted?.name else { continue }
            let next = "coalesce(max(\(column)), 0) + 1"
            let text =
                "SELECT setval(pg_get_serial_sequence('\(table.name)', '\(column)'), \(next), false) FROM \(table.name)"
            _ = try transaction.exists(Statement(text))
        }
    }

    public func hasOutsideCommits() async throws -> Bool { true }

    public func close() {
        lock.withLock { session.close() }
    }
}
