import RasidBase
import Synchronization

/// The same store without threads: every closure runs on its caller, in a transaction of its own (law 8).
///
/// For a simulation, which must own every step, and for a command that does one thing and ends.
public final class InlineSQLiteDatabase: InlineDatabase {
    private let access: SQLiteAccess
    private let outside = OutsideCommits()

    /// - Throws: ``Refusal``, as ``SQLiteDatabase/init(path:migrations:)``.
    public init(path: String, migrations: [Migration]) throws {
        access = try SQLiteAccess(path: path, purpose: .writing)
        try SQLiteSchema.prepare(access, path: path, migrations: migrations)
    }

    public func commit<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) throws -> Answer {
        let answer = Mutex<Result<Answer, any Error>>(.failure(StoreFailure.unavailable("not run")))
        let write = PendingWriteOf(body) { result in answer.withLock { $0 = result } }
        access.run { WriteBatch(connection: $0).run([write]) }
        return try answer.withLock { $0 }.get()
    }

    public func look<Answer>(_ body: (Transaction) throws -> Answer) throws -> Answer {
        try access.snapshot(body)
    }

    public func hasOutsideCommits() async throws -> Bool {
        outside.isNew(try commit { try $0.first(SQLiteControl.dataVersion) { $0.integer(0) } ?? 0 })
    }

    public func close() throws {
        try access.close()
    }
}
