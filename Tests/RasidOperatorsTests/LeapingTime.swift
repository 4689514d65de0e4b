import RasidBase
import Synchronization

/// Time in which nobody waits: whoever sleeps moves the clock instead.
final class LeapingTime: TimeSource {
    private let wall: Mutex<Int64>

    init(_ start: Timestamp) {
        wall = Mutex(start.milliseconds)
    }

    var now: Timestamp { Timestamp(milliseconds: wall.withLock { $0 }) }
    var monotonic: Int64 { wall.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        wall.withLock { $0 += max(0, duration.milliseconds) }
    }
}
