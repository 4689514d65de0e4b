public import RasidBase
import ServiceLifecycle

/// The embedded store: one file in WAL mode, `synchronous = FULL`, writes committed in groups (design §8).
///
/// Several processes may open the file at once; which of them serves is settled by ``FolderLock``.
public final class SQLiteDatabase: ServedDatabase {
    private let writer: GroupCommitWriter
    private let writing: SQLiteAccess
    private let readers: SQLiteReaders
    private let checkpointing: SQLiteAccess
    private let checkpointer: Checkpointer
    private let log = LogLength()
    private let outside = OutsideCommits()

    /// Opens or creates the file and brings it to this program's version.
    ///
    /// - Throws: ``Refusal`` with what to do: not a store, not writable, damaged, of a newer version.
    public init(path: String, migrations: [Migration]) throws {
        writing = try SQLiteAccess(path: path, purpose: .writing, log: log)
        try SQLiteSchema.prepare(writing, path: path, migrations: migrations)
        checkpointing = try SQLiteAccess(path: path, purpose: .checkpointing)
        readers = SQLiteReaders(path: path)
        writer = GroupCommitWriter(writing)
        checkpointer = Checkpointer(checkpointing, log: log)
    }

    /// One server holds the folder; others only work beside it.
    public var isShared: Bool { false }

    /// Nobody tells: what others commit is seen once a second.
    public var outsideCommits: AsyncStream<Void> { AsyncStream { $0.finish() } }

    public func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            writer.enqueue(PendingWriteOf(body) { continuation.resume(with: $0) })
        }
    }

    public func write<Answer: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            writer.enqueue(PendingWriteOf(body) { continuation.resume(with: $0) }, isSale: true)
        }
    }

    public var isBehind: Bool { writer.isBehind }

    public func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try readers.read(body)
    }

    public func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await readers.scan(body)
    }

    public func hasOutsideCommits() async throws -> Bool {
        let version = try await write { transaction in
            try transaction.first(SQLiteControl.dataVersion) { $0.integer(0) } ?? 0
        }
        return outside.isNew(version)
    }

    /// Lives until the group that runs it shuts down, then closes.
    public func run() async throws {
        try? await gracefulShutdown()
        try await close()
    }

    /// Commits and answers what waits, then closes every connection.
    public func close() async throws {
        await writer.stop()
        checkpointer.stop()
        try readers.close()
        try checkpointing.close()
        try writing.close()
    }
}
