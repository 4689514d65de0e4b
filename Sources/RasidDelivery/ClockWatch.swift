import RasidBase

/// Notices when wall time moves against monotonic time (design §4).
///
/// A jump of more than a minute stops everything that is settled by age for a quarter of an hour: orders must
/// not look 48 hours old because somebody set a clock.
package struct ClockWatch {
    private var difference: Int64?
    private var pausedUntil: Int64?

    /// A process cannot know what the clock did before it began; what earlier ones have left in the store can tell.
    ///
    /// - Parameter last: the last heartbeat of any other node; nil for the first node of a shop.
    init(after last: Nodes.LastBeat?, now: Timestamp, monotonic: Int64) {
        guard let last else { return }
        // Nobody can tell a long time without a server from a clock that was set meanwhile.
        let gap = abs(now.since(last.at).milliseconds)
        let pause =
            gap > Limits.clockJump.milliseconds
            ? Limits.clockJumpPause : min(last.steadyAt.since(now), Limits.clockJumpPause)
        if pause > .zero { pausedUntil = monotonic + pause.milliseconds }
    }

    /// From when on things may be judged by age; nil while they may.
    func steadyAt(_ now: Timestamp, monotonic: Int64) -> Timestamp? {
        guard let pausedUntil, pausedUntil > monotonic else { return nil }
        return now.adding(.milliseconds(pausedUntil - monotonic))
    }

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
