public import RasidBase
public import RasidOrders
import RasidStock
import Synchronization

/// What this node last saw of its operators, its clock and its store; what `ping` and the health page show.
public final class OperatorMonitor: OperatorHealth {
    private struct State {
        var routes: [ServiceType: [OperatorID]] = [:]
        var troubles: [Trouble] = []
        var isClockSteady = true
        var isClockRight = true
        var endsLives = false
        var beatAt: Int64?
        var findings = 0
    }

    private let state = Mutex(State())
    public let gates = OperatorGates()
    public let figures = OperatorFigures()

    public init() {}

    public func isUp(_ type: ServiceType) -> Bool {
        (state.withLock { $0.routes[type] } ?? []).contains { !gates.isDown($0) }
    }

    /// What kept the last round of reconciliation from its end; empty while all is well.
    public var troubles: [Trouble] { state.withLock { $0.troubles } }

    func roundEnded(_ troubles: [Trouble]) {
        state.withLock { state in
            state.troubles = troubles
            state.endsLives = state.isClockSteady && troubles.isEmpty
        }
    }

    /// The last round has ended whatever was too old: what is still open has another reason.
    var endsLives: Bool { state.withLock { $0.endsLives } }

    /// The store has taken this node's heartbeat; told on the monotonic clock.
    func beat(at moment: Int64) {
        state.withLock { $0.beatAt = moment }
    }

    /// Whether the store has taken a write lately: one that hangs, behind somebody's lock say, has not failed yet.
    public func takesWrites(at moment: Int64) -> Bool {
        state.withLock { state in
            state.beatAt.map { moment - $0 <= Limits.readyWithoutBeat.milliseconds } ?? true
        }
    }

    /// How many findings of the audit are known.
    public var findings: Int { state.withLock { $0.findings } }

    func audited(findings: Int) {
        state.withLock { $0.findings = findings }
    }

    /// False for a while after the clock has jumped: nothing may be judged by age.
    var isClockSteady: Bool { state.withLock { $0.isClockSteady } }

    func clock(isSteady: Bool) {
        state.withLock { $0.isClockSteady = isSteady }
    }

    /// False where this machine's clock is not that of the database: nothing is claimed, and no other node judged.
    var isClockRight: Bool { state.withLock { $0.isClockRight } }

    func clock(isRight: Bool) {
        state.withLock { $0.isClockRight = isRight }
    }

    /// Which operators production orders of each type may go to.
    func see(routes: [ServiceType: [OperatorID]]) {
        state.withLock { $0.routes = routes }
    }
}
