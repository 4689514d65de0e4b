import RasidBase
import Synchronization

/// Time that moves only when a test moves it, and that tells the test who sleeps.
///
/// A test waits for the sleepers it expects before it moves the clock.
final class SteppedTime: TimeSource {
    private struct Sleeper {
        let wakesAt: Int64
        let duration: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var wall: Int64 = 1_768_471_200_000
        var monotonic: Int64 = 5_000_000
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var next = 0
    }

    private let state = Mutex(State())
    private let watch = Watch()

    var now: Timestamp { Timestamp(milliseconds: state.withLock { $0.wall }) }
    var monotonic: Int64 { state.withLock { $0.monotonic } }

    /// How long each sleeper meant to sleep.
    var sleeping: [Duration] { state.withLock { $0.sleepers.values.map(\.duration) } }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.wall += duration.milliseconds
            state.monotonic += duration.milliseconds
            let due = state.sleepers.filter { $0.value.wakesAt <= state.monotonic }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Moves the wall clock alone, as somebody who sets it does.
    func jump(by duration: Duration) {
        state.withLock { $0.wall += duration.milliseconds }
    }

    /// Returns once `count` tasks sleep for exactly `duration`.
    func sleepers(_ count: Int = 1, for duration: Duration) async throws {
        try await watch.until { sleeping.count { $0 == duration } >= count }
    }

    /// Waits for somebody who sleeps at most `bound`, and lets the shortest such sleep go by.
    func passShortest(upTo bound: Duration) async throws {
        try await watch.until { sleeping.contains { $0 <= bound } }
        if let shortest = sleeping.min(), shortest <= bound { advance(by: shortest) }
    }

    func sleep(for duration: Duration) async throws {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(key) != nil { return .failure(CancellationError()) }
                    if duration <= .zero { return .success(()) }
                    state.sleepers[key] = Sleeper(
                        wakesAt: state.monotonic + duration.milliseconds, duration: duration,
                        continuation: continuation)
                    return nil
                }
                if let isOver { continuation.resume(with: isOver) } else { watch.changed() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                if let sleeper = state.sleepers.removeValue(forKey: key) { return Optional(sleeper) }
                state.cancelled.insert(key)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
