import RasidBase

/// The requests of one key, metered by GCRA: the whole limit at once, then evenly one after the other.
///
/// It keeps one number, the time at which the whole limit will be there again. A refused request leaves it
/// alone (contract §2).
struct RateMeter {
    private static let window = Duration.seconds(60)
    private static let windowNanoseconds: Int64 = 60_000_000_000

    /// Monotonic nanoseconds; a fraction of a millisecond counts at more than 60,000 a minute.
    private var full = Int64.min

    /// - Parameter now: monotonic milliseconds.
    mutating func take(of limit: Int64, now: Int64) -> RateVerdict {
        let now = now * 1_000_000
        let interval = Self.windowNanoseconds / limit
        let burst = interval * limit
        // A limit that was changed meanwhile never makes anyone wait longer than the whole window.
        let before = min(max(full, now), now + burst)
        let debt = before + interval - now
        let isRefused = debt > burst
        full = isRefused ? before : before + interval
        return RateVerdict(
            limit: Int(limit),
            window: Self.window,
            remaining: isRefused ? 0 : Int((burst - debt) / interval),
            reset: Self.wait(full - now),
            retryAfter: isRefused ? Self.wait(debt - burst) : .zero)
    }

    /// Rounded up to milliseconds, so that whoever waits so long has waited long enough.
    private static func wait(_ nanoseconds: Int64) -> Duration {
        .milliseconds((nanoseconds + 999_999) / 1_000_000)
    }
}
