import RasidBase
import RasidDatabase
import RasidTesting
import Synchronization

/// The real store behind a door that a test can shut for writes.
final class FaultyStore: ForwardingDatabase {
    let store: InlineSQLiteDatabase
    private let isShut = Mutex(false)

    init(_ store: InlineSQLiteDatabase) {
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
}
