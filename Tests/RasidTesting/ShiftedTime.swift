public import RasidBase
import Synchronization

/// Real time that a test can move on: what would take hours is over at once, and what takes moments takes moments.
public final class ShiftedTime: TimeSource {
    private static let step = Duration.milliseconds(10)

    private let system = SystemTime()
    private let shift = Mutex<Int64>(0)

    public init() {}

    public var now: Timestamp { system.now.adding(.milliseconds(shift.withLock { $0 })) }
    public var monotonic: Int64 { system.monotonic + shift.withLock { $0 } }

    public func advance(by duration: Duration) {
        shift.withLock { $0 += duration.milliseconds }
    }

    /// Looks every few milliseconds whether its moment has come.
    public func sleep(for duration: Duration) async throws {
        let end = monotonic + duration.milliseconds
        while monotonic < end {
            try await Task.sleep(for: min(Self.step, .milliseconds(end - monotonic)))
        }
    }
}
