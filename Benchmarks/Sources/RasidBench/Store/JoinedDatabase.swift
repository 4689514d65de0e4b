import RasidBase
import RasidDatabase

/// The embedded store for one task that writes a lot: its closures share transactions, and no commit waits for the disk.
///
/// `@unchecked Sendable`: one task records or grows with it, and awaits each closure before the next.
final class JoinedDatabase: InlineDatabase, @unchecked Sendable {
    private static let longLog: Int64 = 65_536

    private let session: SQLiteSession
    private let closuresPerCommit: Int
    private var joined = 0

    /// - Parameter closuresPerCommit: how many share a transaction, unless ``settle()`` ends it before.
    init(path: String, migrations: [Migration], closuresPerCommit: Int, cacheKiB: Int) throws {
        try InlineSQLiteDatabase(path: path, migrations: migrations).close()
        session = try SQLiteSession(path: path, durability: .off, cacheKiB: cacheKiB)
        self.closuresPerCommit = closuresPerCommit
    }

    func commit<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) throws -> Answer {
        if joined == 0 { try session.execute("BEGIN IMMEDIATE") }
        joined += 1
        let answer: Answer
        do {
            answer = try body(Transaction(session))
        } catch {
            // Whoever fails here takes the bench down: what was joined goes with it.
            joined = 0
            try session.execute("ROLLBACK")
            throw error
        }
        if joined >= closuresPerCommit { try settle() }
        return answer
    }

    /// Sees what its own transaction has written.
    func look<Answer>(_ body: (Transaction) throws -> Answer) throws -> Answer {
        try body(Transaction(session))
    }

    func hasOutsideCommits() async throws -> Bool { false }

    /// Commits what has been joined so far.
    func settle() throws {
        guard joined > 0 else { return }
        joined = 0
        try session.execute("COMMIT")
        if session.logFrames >= Self.longLog { try session.checkpoint() }
    }

    /// Commits, and leaves nothing to do for the log or for the disk.
    func rest() throws {
        try settle()
        try session.set(.full)
        try session.checkpoint()
        try session.set(.off)
    }

    func close() throws {
        try rest()
    }
}
