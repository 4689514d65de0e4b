import RasidBase
import Synchronization

/// Time that moves only when the simulation moves it.
final class VirtualTime: TimeSource {
    private struct State {
        var monotonic: Int64 = 0
        var wallOffset: Int64 = 1_767_225_600_000  // 2026-01-01T00:00:00Z
        var boots = 1
    }

    private let state = Mutex(State())

    var now: Timestamp {
        state.withLock { Timestamp(milliseconds: $0.monotonic + $0.wallOffset) }
    }

    var monotonic: Int64 { state.withLock { $0.monotonic } }

    var boot: String { state.withLock { "start \($0.boots)" } }

    /// The machine is started anew.
    func reboot() {
        state.withLock { $0.boots += 1 }
    }

    func move(to moment: Int64) {
        state.withLock { $0.monotonic = max($0.monotonic, moment) }
    }

    /// Somebody sets the wall clock.
    func jump(by milliseconds: Int64) {
        state.withLock { $0.wallOffset += milliseconds }
    }

    /// Whoever sleeps inside a step keeps everybody waiting: time goes on, and nothing else happens meanwhile.
    func sleep(for duration: Duration) async throws {
        state.withLock { $0.monotonic += max(0, duration.milliseconds) }
    }
}
