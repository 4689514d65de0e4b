import RasidBase
public import ServiceLifecycle

/// The store on a PostgreSQL server, which many nodes share (design §8).
///
/// Writes run at READ COMMITTED and lock the rows they change; what loses against another transaction runs again. Reads are
/// snapshots. All of it blocks threads of its own, never those that serve.
public final class PostgresDatabase: Database, Service {
    private let writers: PostgresWorkers
    private let readers: PostgresWorkers
    private let scanners: PostgresWorkers
    private let news: PostgresNews

    /// Brings the database to this program's version; connections are opened when they are needed.
    ///
    /// - Parameter url: `postgres://user:password@host/database`, with every option of libpq: several hosts, TLS, …
    /// - Throws: ``Refusal`` with what to do.
    public init(url: String, migrations: [Migration]) throws {
        let schema = try PostgresSchema.prepare(url, migrations: migrations)
        func sessions(_ count: Int, _ timeout: Duration) -> [PostgresSession] {
            (0..<count).map { _ in PostgresSession(url) { try $0.limit(statements: timeout) } }
        }
        writers = PostgresWorkers(
            "write", sessions(Limits.postgresWriters, Limits.statementTime), mostWaiting: Limits.waitingWrites)
        readers = PostgresWorkers(
            "read", sessions(Limits.postgresReaders, Limits.statementTime), mostWaiting: Limits.waitingWrites)
        // An audit may take as long as it takes.
        scanners = PostgresWorkers("scan", sessions(Limits.scanThreads, .zero), mostWaiting: Limits.waitingScans)
        news = PostgresNews(url, schema: schema)
    }

    public func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        let answer = try await writers.run { try $0.write(body) }
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

    public func hasOutsideCommits() async throws -> Bool {
        try await news.isThere()
    }

    /// Lives until the group that runs it shuts down, then closes.
    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Commits and answers what waits, then closes every connection.
    public func close() async {
        await writers.stop()
        await readers.stop()
        await scanners.stop()
        await news.stop()
    }
}
