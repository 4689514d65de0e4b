import RasidBase

/// Notices when wall time moves against monotonic time (design §4).
///
/// A jump of more than a minute stops everything that is settled by age for a quarter of an hour: orders must
/// not look 48 hours old because somebody set a clock.
package struct ClockWatch {
    private var difference: Int64?
    private var pausedUntil: Int64?

    package init() {}

    enum Look: Equatable {
        case steady
        /// Wall time has just moved by so many milliseconds.
        case jumped(milliseconds: Int64)
        case pausing
    }

    mutating func look(_ now: Timestamp, monotonic: Int64) -> Look {
        let difference = now.milliseconds - monotonic
        defer { self.difference = difference }
        if let before = self.difference, abs(difference - before) > Limits.clockJump.milliseconds {
            pausedUntil = monotonic + Limits.clockJumpPause.milliseconds
            return .jumped(milliseconds: difference - before)
        }
        if let pausedUntil, monotonic < pausedUntil { return .pausing }
        return .steady
    }
}
