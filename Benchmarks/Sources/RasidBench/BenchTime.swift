import RasidBase
import Synchronization

/// Time that moves only when the bench moves it; nobody sleeps in it.
final class BenchTime: TimeSource {
    private let wall: Atomic<Int64>

    init(_ start: Timestamp) {
        wall = Atomic(start.milliseconds)
    }

    var now: Timestamp { Timestamp(milliseconds: wall.load(ordering: .relaxed)) }

    /// Stands still, so that whoever paces itself by it takes as much as it may at once.
    var monotonic: Int64 { 0 }

    func sleep(for duration: Duration) async throws {}

    func move(to moment: Timestamp) {
        wall.store(moment.milliseconds, ordering: .relaxed)
    }
}
