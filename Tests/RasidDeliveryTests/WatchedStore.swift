import RasidBase
import RasidDatabase
import RasidTesting
import Synchronization

/// The real store behind a door: a test can shut it for writes, hold writes back one by one, and hear of commits.
final class WatchedStore: ForwardingDatabase {
    private struct State {
        var isShut = false
        var isHolding = false
        var arrived = 0
        var held: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    let store: SQLiteDatabase
    private let state = Mutex(State())
    private let commits = Watch()
    private let arrivals = Watch()

    init(_ store: SQLiteDatabase) {
        self.store = store
    }

    /// While it is shut every write is refused.
    func shut(_ isShut: Bool) {
        state.withLock { $0.isShut = isShut }
    }

    /// From now on writes wait to be let through; they are counted from 0.
    func hold() {
        state.withLock { state in
            state.isHolding = true
            state.arrived = 0
        }
    }

    /// Returns once that write waits.
    func held(_ number: Int) async throws {
        try await arrivals.until { state.withLock { $0.held[number] != nil } }
    }

    /// Lets one write through.
    func release(_ number: Int) async throws {
        try await held(number)
        state.withLock { $0.held.removeValue(forKey: number) }?.resume()
    }

    func releaseAll() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [:] }
            return state.held.values
        }
        for continuation in held { continuation.resume() }
    }

    /// Looks now and after every commit, until `condition` holds.
    func until(_ condition: @escaping @Sendable (Transaction) throws -> Bool) async throws {
        try await commits.until { try await store.read(condition) }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        await waitAtDoor()
        guard !state.withLock({ $0.isShut }) else { throw StoreFailure.unavailable("shut by the test") }
        let answer = try await store.write(body)
        commits.changed()
        return answer
    }

    private func waitAtDoor() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                guard state.isHolding else { return false }
                state.held[state.arrived] = continuation
                state.arrived += 1
                return true
            }
            if isHeld { arrivals.changed() } else { continuation.resume() }
        }
    }
}
