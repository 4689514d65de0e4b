import Synchronization

/// Something that changes, and those who wait for it to become what they wait for.
///
/// Tests wait for what happens, never for time to pass: nothing depends on how fast a machine is. A test that is
/// cancelled by its time limit stops waiting.
final class Watch: Sendable {
    private struct State {
        var version = 0
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    func changed() {
        let waiting = state.withLock { state in
            state.version += 1
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Looks now and after every change.
    func until(_ condition: () async throws -> Bool) async throws {
        while true {
            let seen = state.withLock { $0.version }
            if try await condition() { return }
            try await change(after: seen)
        }
    }

    private func change(after version: Int) async throws {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(key) != nil { return .failure(CancellationError()) }
                    if state.version != version { return .success(()) }
                    state.waiting[key] = continuation
                    return nil
                }
                if let isOver { continuation.resume(with: isOver) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                if let waiting = state.waiting.removeValue(forKey: key) { return Optional(waiting) }
                state.cancelled.insert(key)
                return nil
            }
            waiting?.resume(throwing: CancellationError())
        }
    }
}
