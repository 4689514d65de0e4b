import RasidBase

/// When an order is looked at next: a value that is told what was seen, and says how long to pause.
///
/// - While a server holds its answers, at once: the server does the waiting.
/// - Where it answers at once: after 2 s, growing to 10 s.
/// - While the order is queued: after a minute, growing to a quarter of an hour.
struct PollRhythm {
    private var running = Duration.seconds(2)
    private var queued = Duration.seconds(60)

    /// - Parameters:
    ///   - asked: how long the server was asked to hold its answer.
    ///   - took: how long the answer took.
    mutating func pause(after status: OrderStatus, asked: Duration, took: Duration) -> Duration {
        if status == .queued { return Self.grow(&queued, by: 2, upTo: .seconds(15 * 60)) }
        // It may end its wait a little early; and one that always does so by much is one that does not hold.
        if asked > .zero, took >= asked * 9 / 10 { return .zero }
        return pauseAfterFailure()
    }

    /// After a look that showed nothing.
    mutating func pauseAfterFailure() -> Duration {
        Self.grow(&running, by: 3, over: 2, upTo: .seconds(10))
    }

    private static func grow(
        _ pause: inout Duration, by factor: Int, over divisor: Int = 1, upTo longest: Duration
    ) -> Duration {
        defer { pause = min(longest, pause * factor / divisor) }
        return pause
    }
}
