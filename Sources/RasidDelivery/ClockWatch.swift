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
    /// On the machine that wrote the last heartbeat the clocks are compared as if this process had run on. Elsewhere,
    /// and after a start of the machine, nobody can tell a long time without a server from a clock that was set.
    ///
    /// - Parameters:
    ///   - last: the last heartbeat of any other node; nil for the first node of a shop.
    ///   - beat: what the clocks say now.
    init(after last: Nodes.Beat?, _ beat: Nodes.Beat) {
        guard let last else { return }
        let gap = beat.at.since(last.at).milliseconds
        let moved = last.boot == beat.boot ? gap - (beat.monotonic - last.monotonic) : gap
        let pause =
            abs(moved) > Limits.clockJump.milliseconds
            ? Limits.clockJumpPause : min(last.steadyAt.since(beat.at), Limits.clockJumpPause)
        if pause > .zero { pausedUntil = beat.monotonic + pause.milliseconds }
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
