public import RasidBase
import ServiceLifecycle

/// The store on a PostgreSQL server, which many nodes share (design §8).
///
/// Writes run at READ COMMITTED and lock the rows they change; what loses against another transaction runs again. Reads are
/// snapshots. All of it blocks threads of its own, never those that serve.
public final class PostgresDatabase: ServedDatabase {
    private let writers: PostgresWorkers
    private let batches: PostgresBatches
    private let readers: PostgresWorkers
    private let scanners: PostgresWorkers
    private let news: PostgresNews

    /// Whether the database has a shop in it; makes nothing.
    ///
    /// - Throws: ``Refusal`` with what to do, where it cannot be reached or belongs to another program.
    public static func holdsShop(at url: DatabaseURL) throws -> Bool {
        try PostgresSchema.holdsShop(url)
    }

    /// Brings the database to this program's version; connections are opened when they are needed.
    ///
    /// - Parameters:
    ///   - locks: keeps the wallets of `write(for:)` from others.
    ///   - admits: whether this store may be written to; asked in a transaction of its own by each session that writes,
    ///     when it begins.
    /// - Throws: ``Refusal`` with what to do.
    public init(
        url: DatabaseURL, migrations: [Migration], locks: @escaping WalletLocks,
        admits: @escaping @Sendable (Transaction) throws -> Void = { _ in }
    ) throws {
        let schema = try PostgresSchema.prepare(url, migrations: migrations)
        let server = PostgresServer()
        func sessions(
            _ count: Int, _ timeout: Duration, locks: Duration = Limits.busyWait,
            _ opening: @escaping (PostgresConnection) throws -> Void = { _ in }
        ) -> [PostgresSession] {
            (0..<count).map { _ in
                PostgresSession(url, server: server) { connection in
                    try connection.limit(statements: timeout, locks: locks)
                    try opening(connection)
                }
            }
        }
        func writers(
            _ name: String, _ count: Int, _ timeout: Duration = Limits.statementTime, locks: Duration = Limits.busyWait
        ) -> PostgresWorkers {
            PostgresWorkers(
                name, sessions(count, timeout, locks: locks) { try Self.ask(admits, $0) },
                mostWaiting: Limits.waitingWrites, patience: Limits.postgresPatience)
        }
        self.writers = writers("write", Limits.postgresWriters)
        batches = PostgresBatches(
            writers("sell", Limits.postgresSellers, Limits.postgresSale, locks: Limits.postgresSaleLock), locks: locks)
        readers = PostgresWorkers(
            "read", sessions(Limits.postgresReaders, Limits.statementTime), mostWaiting: Limits.waitingWrites,
            patience: Limits.postgresPatience)
        // An audit may take as long as it takes.
        scanners = PostgresWorkers(
            "scan", sessions(Limits.scanThreads, .zero) { try $0.stream() }, mostWaiting: Limits.waitingScans)
        news = PostgresNews(url, server, schema: schema)
    }

    private static func ask(
        _ admits: (Transaction) throws -> Void, _ connection: PostgresConnection
    ) throws {
        connection.begin(isReadOnly: false)
        do {
            let transaction = Transaction(connection)
            _ = try transaction.exists(PostgresSchema.holdSession)
            try admits(transaction)
            // Nothing was written, and the session keeps its lock.
            connection.rollback()
        } catch let refusal as Refusal {
            throw StoreFailure.unavailable(refusal.description)
        }
    }

    public var isShared: Bool { true }

    public var isBehind: Bool { batches.isBehind }

    public var outsideCommits: AsyncStream<Void> { news.stream }

    public func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        let (answer, hasChanged) = try await writers.run { try $0.write(body) }
        // Told of a write that wrote nothing, two idle nodes would keep each other awake.
        if hasChanged { news.committed() }
        return answer
    }

    public func write<Answer: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        let answer = try await withCheckedThrowingContinuation { continuation in
            batches.enqueue(PendingWriteOf(body) { continuation.resume(with: $0) }, for: wallet)
        }
        news.committed()
        return answer
    }

    public func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await readers.run { try $0.read(body) }
    }

    public func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await scanners.run { try $0.read(body) }
    }

    /// The poll behind the notices, which may be lost: everybody looks.
    public func hasOutsideCommits() async throws -> Bool { true }

    static let selectClock = Statement(
        "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")

    public func clock() async throws -> Timestamp? {
        try await readers.run { session in try session.read { try $0.first(Self.selectClock) { $0.time(0) } } }
    }

    /// Lives until the group that runs it shuts down, then closes.
    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Commits and answers what waits, then closes every connection.
    public func close() async {
        await batches.stop()
        await writers.stop()
        await readers.stop()
        await scanners.stop()
        await news.stop()
    }
}
