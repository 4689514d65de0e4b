import RasidBase
import RasidDatabase
import Synchronization

/// The real store behind a door that a test can shut for writes.
final class FaultyStore: Database {
    private let store: any Database
    private let isShut = Mutex(false)

    init(_ store: any Database) {
        self.store = store
    }

    func shut(_ shut: Bool) {
        isShut.withLock { $0 = shut }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        guard !isShut.withLock({ $0 }) else { throw StoreFailure.unavailable("shut by the test") }
        return try await store.write(body)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await store.read(body)
    }

    func scan<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await store.scan(body)
    }

    func hasOutsideCommits() async throws -> Bool { try await store.hasOutsideCommits() }
}
