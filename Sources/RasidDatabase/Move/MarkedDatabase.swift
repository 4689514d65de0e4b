public import RasidBase
import ServiceLifecycle

/// A store whose every write first makes sure that the shop has not moved away: for the command line.
///
/// A server need not look at each: no shop moves while one serves, and a move ends the sessions of one that was stopped.
public struct MarkedDatabase: ServedDatabase {
    private let database: any ServedDatabase

    public init(_ database: any ServedDatabase) {
        self.database = database
    }

    public var isShared: Bool { database.isShared }
    public var outsideCommits: AsyncStream<Void> { database.outsideCommits }

    public func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.write { transaction in
            try StoreMark.refuseWrite(in: transaction)
            return try body(transaction)
        }
    }

    public func write<Answer: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.write(for: wallet) { transaction in
            try StoreMark.refuseWrite(in: transaction)
            return try body(transaction)
        }
    }

    public func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.read(body)
    }

    public func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await database.scan(body)
    }

    public func hasOutsideCommits() async throws -> Bool { try await database.hasOutsideCommits() }
    public func clock() async throws -> Timestamp? { try await database.clock() }
    public func run() async throws { try await database.run() }
    public func close() async throws { try await database.close() }
}
