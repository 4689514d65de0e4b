public import RasidDatabase

/// Stands before a real store and hands on whatever it does not do in its own way.
public protocol ForwardingDatabase: Database {
    associatedtype Store: Database
    var store: Store { get }
}

extension ForwardingDatabase {
    public func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await store.write(body)
    }

    public func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await store.read(body)
    }

    public func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await store.scan(body)
    }

    public func hasOutsideCommits() async throws -> Bool { try await store.hasOutsideCommits() }
}
