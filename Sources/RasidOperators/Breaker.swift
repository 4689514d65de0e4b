import RasidBase

/// Keeps work away from an operator that does not answer, and lets one call through now and then to see.
///
/// A value without a clock: moments are monotonic milliseconds. It opens after ``Limits/faultsUntilDown`` calls in a row
/// without a word, and more than are still under way: of many calls that began together, those that fail come back first.
/// A refusal is a word. The pause doubles from ``Limits/shortestBreak`` to ``Limits/longestBreak`` with
/// each trial that fails, and the first word closes it.
public struct Breaker: Hashable, Sendable {
    /// How much may be sent now.
    public enum Admission: Hashable, Sendable {
        case everything
        /// One call, to see whether it answers again.
        case oneTrial
        /// Nothing before this moment.
        case nothing(until: Int64)
        /// Nothing until the trial that is under way has ended.
        case awaitingTrial
    }

    private enum State: Hashable, Sendable {
        case closed(faults: Int)
        case open(until: Int64, pause: Int64)
        /// A trial is under way, and given up for lost at `until`.
        case trying(until: Int64, pause: Int64)
    }

    private var state = State.closed(faults: 0)

    public init() {}

    public var isOpen: Bool {
        if case .closed = state { false } else { true }
    }

    public func admission(at now: Int64) -> Admission {
        switch state {
        case .closed: .everything
        case .open(let until, _): until <= now ? .oneTrial : .nothing(until: until)
        case .trying(let until, _): until <= now ? .oneTrial : .awaitingTrial
        }
    }

    /// The trial that ``admission(at:)`` allowed has begun and will have ended by `until`.
    public mutating func tries(until: Int64) {
        switch state {
        case .closed: return
        case .open(_, let pause), .trying(_, let pause): state = .trying(until: until, pause: pause)
        }
    }

    /// Opens for a while, whatever was heard before.
    public mutating func trip(until: Int64, pause: Duration) {
        state = .open(until: until, pause: pause.milliseconds)
    }

    /// - Parameter underWay: how many other calls have not been answered yet.
    public mutating func heard(isFault: Bool, underWay: Int = 0, at now: Int64) {
        guard isFault else {
            state = .closed(faults: 0)
            return
        }
        switch state {
        case .closed(let faults) where faults + 1 < max(Limits.faultsUntilDown, underWay):
            state = .closed(faults: faults + 1)
        case .closed:
            state = .open(until: now + Limits.shortestBreak.milliseconds, pause: Limits.shortestBreak.milliseconds)
        case .trying(_, let pause):
            let longer = min(pause * 2, Limits.longestBreak.milliseconds)
            state = .open(until: now + longer, pause: longer)
        case .open:
            // A call that began before it opened.
            return
        }
    }
}
