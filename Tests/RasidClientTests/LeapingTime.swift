import RasidBase
import Synchronization

/// Real time in which nobody waits: whoever sleeps moves the clock on instead, and is written down.
final class LeapingTime: TimeSource {
    private let system = SystemTime()
    private let state = Mutex<(leapt: Int64, pauses: [Duration])>((0, []))

    var now: Timestamp { system.now.adding(.milliseconds(state.withLock { $0.leapt })) }
    var monotonic: Int64 { system.monotonic + state.withLock { $0.leapt } }
    /// How long was slept, in order.
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.leapt += duration.milliseconds
            state.pauses.append(duration)
        }
    }
}
