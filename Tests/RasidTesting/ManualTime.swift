public import RasidBase
import RasidSimulation
import Synchronization

/// Time that moves only when a test moves it; sleepers wake when it has passed their moment.
public final class ManualTime: TimeSource {
    private struct Sleeper {
        let wakesAt: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var wall: Int64
        var monotonic: Int64 = 1_000_000
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var next = 0
    }

    private let state: Mutex<State>

    /// 2026-01-15T10:00:00.000Z unless told.
    public init(_ start: Timestamp = Timestamp(milliseconds: 1_768_471_200_000)) {
        state = Mutex(State(wall: start.milliseconds))
    }

    public var now: Timestamp { Timestamp(milliseconds: state.withLock { $0.wall }) }
    public var monotonic: Int64 { state.withLock { $0.monotonic } }
    public var sleeping: Int { state.withLock { $0.sleepers.count } }

    public func advance(by duration: Duration) {
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
    public func jump(by duration: Duration) {
        state.withLock { $0.wall += duration.milliseconds }
    }

    public func sleep(for duration: Duration) async throws {
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
                        wakesAt: state.monotonic + duration.milliseconds, continuation: continuation)
                    return nil
                }
                if let isOver { continuation.resume(with: isOver) }
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

/// Ids that are the same in every run of a test.
public final class SeededIdentifiers: IdentifierSource {
    private let dice: Mutex<Dice>

    public init(seed: UInt64 = 1) {
        dice = Mutex(Dice(seed: seed))
    }

    public func random64() -> UInt64 { dice.withLock { $0.next() } }
}
