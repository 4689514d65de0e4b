import RasidBase
public import RasidOperators
import RasidStock
import Synchronization

/// Why an operator gets no orders now.
public enum GateClosing: Hashable, Sendable {
    case down
    case trouble(OperatorTrouble)
    /// The most that may be sent to it in a day has been sent.
    case dayFull
    case paused
    /// What the tables say of it cannot be used.
    case unusable

    /// For the list of operators.
    public var word: String {
        switch self {
        case .down: "down"
        case .trouble(.noMoney): "no money"
        case .trouble(.notLetIn): "not let in"
        case .trouble(.wrongKey): "wrong key"
        case .dayFull: "day full"
        case .paused: "paused"
        case .unusable: "unusable"
        }
    }

    /// For the owner: what it is and what to do.
    public var reason: String {
        switch self {
        case .down: "it does not answer: it is tried again now and then"
        case .trouble(let trouble): trouble.rawValue
        case .dayFull: "its daily cap is reached: orders wait until midnight, or set a higher --daily-cap"
        case .paused: "its owner has paused it: 'rasid operator set … --resume' ends that"
        case .unusable: "its settings cannot be used, see the log: 'rasid operator set …' mends them"
        }
    }
}

/// What one node may send to each operator now: breakers, troubles, budgets.
public final class OperatorGates: Sendable {
    /// What may be done at one moment.
    struct Admission: Hashable, Sendable {
        /// How many calls may be begun, and how many of them may be orders.
        var calls = Int.max
        var orders = Int.max
        /// Whether whatever is begun is the trial of a breaker.
        var isTrial = false
        /// Why none are; nil where orders are taken.
        var closing: GateClosing?
        /// When to look again; monotonic milliseconds.
        var until: Int64 = 0
    }

    private struct Gate {
        var breaker = Breaker()
        var trouble: OperatorTrouble?
        var dayFullUntil: Int64?
        var dayWasFullUntil: Int64?
        var lastError: (words: String, at: Timestamp)?
        var balance: (money: Money, at: Timestamp)?

        var closing: GateClosing? {
            if dayFullUntil != nil { return .dayFull }
            return breaker.isOpen ? trouble.map(GateClosing.trouble) ?? .down : nil
        }
    }

    private let gates = Mutex<[OperatorID: Gate]>([:])

    /// Whether it answers, whatever else may keep orders from it.
    func isDown(_ operatorID: OperatorID) -> Bool {
        gates.withLock { $0[operatorID]?.closing == .down }
    }

    func closing(of operatorID: OperatorID) -> GateClosing? {
        gates.withLock { $0[operatorID]?.closing }
    }

    /// Every operator that takes no orders now; one that may be tried again is not among them.
    func closed(at now: Int64) -> Set<OperatorID> {
        gates.withLock { gates in
            Set(
                gates.filter { _, gate in
                    if let full = gate.dayFullUntil { return full > now }
                    switch gate.breaker.admission(at: now) {
                    case .everything, .oneTrial: return false
                    case .nothing, .awaitingTrial: return true
                    }
                }.keys)
        }
    }

    func admission(to operatorID: OperatorID, isPaused: Bool, at now: Int64) -> Admission {
        gates.withLock { gates in
            if let full = gates[operatorID]?.dayFullUntil, full <= now { gates[operatorID]?.dayFullUntil = nil }
            let gate = gates[operatorID, default: Gate()]
            if isPaused {
                return Admission(orders: 0, closing: .paused, until: now + Limits.pausedLook.milliseconds)
            }
            if let full = gate.dayFullUntil {
                return Admission(orders: 0, closing: .dayFull, until: full)
            }
            // One that is down is not asked either, but for the trial; one that lacks money answers questions all the same.
            let isMute = gate.trouble == nil
            switch gate.breaker.admission(at: now) {
            case .everything: return Admission()
            case .oneTrial: return Admission(calls: isMute ? 1 : Int.max, orders: 1, isTrial: true)
            case .awaitingTrial:
                // Looked at again soon: a word, and all of them go out.
                return Admission(
                    calls: isMute ? 0 : Int.max, orders: 0, closing: gate.closing,
                    until: now + Limits.trialLook.milliseconds)
            case .nothing(let until):
                return Admission(calls: isMute ? 0 : Int.max, orders: 0, closing: gate.closing, until: until)
            }
        }
    }

    /// A trial has begun, which ends in time.
    func tries(_ operatorID: OperatorID, until: Int64) {
        gates.withLock { $0[operatorID]?.breaker.tries(until: until) }
    }

    /// Nothing more is sent to it before `until`.
    ///
    /// - Returns: whether that is news, as it is not when the day was full a moment ago.
    func dayIsFull(_ operatorID: OperatorID, until: Int64) -> Bool {
        gates.withLock { gates in
            let before = gates[operatorID]?.dayWasFullUntil ?? 0
            gates[operatorID, default: Gate()].dayFullUntil = until
            gates[operatorID, default: Gate()].dayWasFullUntil = until
            return before < until - 2 * Limits.dayFullPause.milliseconds
        }
    }

    /// What the gate was before and is now, where an answer has opened or closed it.
    struct Change: Hashable, Sendable {
        let closing: GateClosing?
    }

    /// - Parameters:
    ///   - wasOrder: the answer is to a recharge; what an operator says of an older order tells nothing of its money.
    ///   - underWay: how many other calls to it have not been answered yet.
    ///   - moment: monotonic milliseconds.
    func heard(
        _ answer: OperatorAnswer, from operatorID: OperatorID, wasOrder: Bool, underWay: Int = 0, at moment: Int64,
        now: Timestamp
    ) -> Change? {
        gates.withLock { gates in
            var gate = gates[operatorID, default: Gate()]
            defer { gates[operatorID] = gate }
            let before = gate.closing
            if answer.isFault || answer.trouble != nil { gate.lastError = (answer.words, now) }
            if let trouble = answer.trouble {
                gate.trouble = trouble
                gate.breaker.trip(
                    until: moment + Limits.troublePause.milliseconds, pause: Limits.troublePause)
            } else if gate.trouble == nil || wasOrder {
                if !answer.isFault { gate.trouble = nil }
                gate.breaker.heard(isFault: answer.isFault, underWay: underWay, at: moment)
            }
            return before == gate.closing ? nil : Change(closing: gate.closing)
        }
    }

    /// The operator has told what is left of the shop's money there: more than before ends the lack of it.
    func saw(balance: Money, of operatorID: OperatorID, at now: Timestamp) -> Change? {
        gates.withLock { gates in
            var gate = gates[operatorID, default: Gate()]
            defer { gates[operatorID] = gate }
            let before = gate.closing
            let isMore = gate.balance.map { balance > $0.money } ?? false
            gate.balance = (balance, now)
            if isMore, gate.trouble == .noMoney {
                gate.trouble = nil
                gate.breaker = Breaker()
            }
            return before == gate.closing ? nil : Change(closing: gate.closing)
        }
    }

    /// An operator has answered in the background: one that was down, or did not let the shop in, is open again, unless
    /// what it told shows a trouble.
    func answers(_ operatorID: OperatorID, trouble: OperatorTrouble? = nil, at now: Int64 = 0) -> Change? {
        gates.withLock { gates in
            var gate = gates[operatorID, default: Gate()]
            defer { gates[operatorID] = gate }
            let before = gate.closing
            if let trouble {
                gate.trouble = trouble
                gate.breaker.trip(until: now + Limits.troublePause.milliseconds, pause: Limits.troublePause)
            } else if gate.trouble != .noMoney {
                gate.trouble = nil
                if gate.breaker.isOpen { gate.breaker = Breaker() }
            }
            return before == gate.closing ? nil : Change(closing: gate.closing)
        }
    }

    /// Its owner has changed how it is reached or treated: what was seen before says nothing of it.
    func forget(_ operatorID: OperatorID) {
        gates.withLock { $0[operatorID] = nil }
    }

    /// - Parameter fixed: what keeps orders from it whatever was heard of it; nil where nothing does.
    func state(of operatorID: OperatorID, fixed: GateClosing?) -> OperatorState {
        gates.withLock { gates in
            let gate = gates[operatorID, default: Gate()]
            let closing = fixed ?? gate.closing
            return OperatorState(
                operatorID: operatorID, word: closing?.word ?? "up", reason: closing?.reason ?? "",
                lastError: gate.lastError?.words, lastErrorAt: gate.lastError?.at, balance: gate.balance?.money,
                balanceAt: gate.balance?.at)
        }
    }
}
