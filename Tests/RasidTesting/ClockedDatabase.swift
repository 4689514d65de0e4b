import RasidBase
import RasidDatabase
import ServiceLifecycle

/// A shop's store whose own clock is the test's: a node's clock may be no other than the database's.
struct ClockedDatabase: ServedDatabase {
    let database: any ServedDatabase
    let time: any TimeSource

    var isShared: Bool { database.isShared }
    var outsideCommits: AsyncStream<Void> { database.outsideCommits }

    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.write(body)
    }

    func write<Answer: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.write(for: wallet, body)
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.read(body)
    }

    func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.scan(body)
    }

    func hasOutsideCommits() async throws -> Bool { try await database.hasOutsideCommits() }
    func clock() async throws -> Timestamp? { time.now }
    func run() async throws { try await database.run() }
    func close() async throws { try await database.close() }
}
