import RasidBase

/// How long to wait before the next question or the next try; pure functions of how long it has taken so far.
enum Rhythm {
    /// Questions begin after the operator's own pause and grow with the time that has passed: half of it up to five
    /// minutes, a twelfth of it up to an hour; so an order that is never explained is asked about some ninety times.
    static func askPause(first: Duration, waited: Duration) -> Duration {
        let waited = waited.milliseconds
        let slowly = min(max(Limits.earlyAsk, .milliseconds(waited / 12)), Limits.longestAsk)
        return max(first, min(.milliseconds(waited / 2), slowly))
    }

    /// An operator's own "later", kept within what an order lives.
    static func bounded(_ pause: Duration) -> Duration {
        min(max(pause, Limits.shortestLater), Limits.orderLife)
    }

    /// Tries of a queued order: after about 15 minutes, an hour, four hours, twelve hours (design §4).
    static func queuePause(waited: Duration) -> Duration {
        switch waited {
        case ..<Duration.seconds(15 * 60): .seconds(15 * 60)
        case ..<Duration.seconds(60 * 60): .seconds(60 * 60)
        case ..<Duration.seconds(4 * 3600): .seconds(4 * 3600)
        default: .seconds(12 * 3600)
        }
    }
}
