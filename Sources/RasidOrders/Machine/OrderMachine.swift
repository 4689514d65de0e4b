public import RasidBase

/// The order's rules as a value: an event goes in, the new state and the actions to carry out come out.
///
/// No I/O and no clock. Events from outside (answers, deadlines, staff) are legal in every state; only our own
/// impossible call, claiming what cannot be claimed, traps (law 9).
public struct OrderMachine: Hashable, Sendable {
    public private(set) var state: OrderState
    /// The number of the latest attempt; 0 before the first.
    public private(set) var attempt: Int64
    public let placedAt: Timestamp
    /// When the present state was entered.
    public private(set) var since: Timestamp
    /// When the client first saw QUEUED.
    public private(set) var queuedAt: Timestamp?
    /// When something is next to be done.
    public private(set) var dueAt: Timestamp
    /// What may be of it at its present operator.
    public private(set) var trace: OrderTrace

    public init(
        state: OrderState, attempt: Int64, placedAt: Timestamp, since: Timestamp, queuedAt: Timestamp?,
        dueAt: Timestamp, trace: OrderTrace = .none
    ) {
        self.trace = trace
        self.state = state
        self.attempt = attempt
        self.placedAt = placedAt
        self.since = since
        self.queuedAt = queuedAt
        self.dueAt = dueAt
    }

    /// What has happened.
    public enum Event: Hashable, Sendable {
        /// A node takes the order and will have heard from the operator by `deadline`.
        case claimed(deadline: Timestamp)
        /// An explicit yes. `code` says what is known of the code that came with it.
        case yes(attempt: Int64, code: Code)
        /// An explicit no.
        case no(attempt: Int64, reason: RefundReason, hasAnotherRoute: Bool)
        /// The operator's own "later": nothing was begun; nil where it names no time. `hasAnotherRoute` where it cannot
        /// work for this shop at all, and somebody else can.
        case later(attempt: Int64, after: Duration?, hasAnotherRoute: Bool = false)
        /// The operator has the order and has not decided yet; `isQueued` where that will take hours.
        case pending(attempt: Int64, isQueued: Bool, askAfter: Duration)
        /// Nothing is sent to its operator before `until`; `hasAnotherRoute` where somebody else takes orders now.
        case passedOver(until: Timestamp, hasAnotherRoute: Bool)
        /// No answer, or one that cannot be understood.
        case silence(attempt: Int64, askAfter: Duration)
        /// The operator, asked, has no trace of the order; `mayRepeat` once its settling time is over.
        case neverSeen(attempt: Int64, mayRepeat: Bool, askAfter: Duration, deadline: Timestamp)
        /// A node asks the operator what became of the order, and will have heard by `until`.
        case asking(until: Timestamp)
        /// The node that was calling the operator is gone, or no longer answers for the call.
        case nodeDied
        /// 48 hours since placement.
        case lifeEnded
        /// Staff calls it off.
        case cancelled
    }

    /// What is known of the code that a yes brought.
    public enum Code: Hashable, Sendable {
        /// The order's own reserved card, or a code never seen before.
        case fresh
        /// The very code that the order was fulfilled with: the same answer told twice.
        case repeated
        /// A code that belongs to another card, or a second one for this order.
        case foreign
    }

    /// What must be done in the same transaction.
    public enum Action: Hashable, Sendable {
        case capture
        case release(RefundReason)
        case announceQueued
        case takeNextRoute
        case openCase(CaseKind)
        case keepEvidence
    }

    public mutating func apply(_ event: Event, at now: Timestamp) -> [Action] {
        switch event {
        case .claimed(let deadline):
            claim(deadline: deadline, at: now)
            return []
        case .yes(_, let code):
            return yes(code, at: now)
        case .no(let attempt, let reason, let hasAnotherRoute):
            return no(attempt, reason, hasAnotherRoute, at: now)
        case .later(let attempt, let after, let hasAnotherRoute):
            return later(attempt, after, hasAnotherRoute, at: now)
        case .pending(let attempt, let isQueued, let askAfter):
            let actions = isQueued ? queuedThere(attempt, at: now) : silence(attempt, askAfter, at: now)
            if attempt == self.attempt, state == .unknown { trace = .acknowledged }
            return actions
        case .passedOver(let until, let hasAnotherRoute):
            return passedOver(until, hasAnotherRoute, at: now)
        case .silence(let attempt, let askAfter):
            return silence(attempt, askAfter, at: now)
        case .neverSeen(let attempt, let mayRepeat, let askAfter, let deadline):
            // Whoever has said that it has the order, and now has not, may have delivered it.
            guard state == .unknown, attempt == self.attempt, mayRepeat, trace != .acknowledged, now < lastStart
            else { return silence(attempt, askAfter, at: now) }
            claim(deadline: deadline, at: now)
            return [.keepEvidence]
        case .asking(let until):
            guard state == .unknown else { return [] }
            dueAt = until
            return []
        case .nodeDied:
            guard state == .sent else { return [] }
            doubt(at: now, due: now)
            return [.keepEvidence]
        case .lifeEnded:
            return endLife(at: now)
        case .cancelled:
            guard state == .accepted || state == .queued else { return [] }
            enter(.refunded, at: now, due: now)
            return [.release(.cancelled), .keepEvidence]
        }
    }
}

// MARK: The rules, one function an event

extension OrderMachine {
    /// No attempt starts later, so that none is open at 48 hours.
    public var lastStart: Timestamp { placedAt.adding(Limits.lastAttemptStart) }
    public var endOfLife: Timestamp { placedAt.adding(Limits.orderLife) }

    private mutating func enter(_ state: OrderState, at now: Timestamp, due: Timestamp) {
        if state != self.state { since = now }
        self.state = state
        dueAt = min(due, endOfLife)
    }

    /// Something of it may be at its operator.
    private mutating func doubt(at now: Timestamp, due: Timestamp) {
        enter(.unknown, at: now, due: due)
        if trace == .none { trace = .possible }
    }

    /// The order is another operator's now, who has never heard of it.
    mutating func beginsAnew() { trace = .none }

    /// Whoever comes next in the route has it now; only where nothing of it can be at the one before.
    private mutating func goOn(at now: Timestamp) -> [Action]? {
        guard trace == .none, now < lastStart else { return nil }
        enter(.accepted, at: now, due: now)
        return [.keepEvidence, .takeNextRoute]
    }

    private mutating func claim(deadline: Timestamp, at now: Timestamp) {
        switch state {
        case .accepted, .queued, .unknown:
            attempt += 1
            enter(.sent, at: now, due: deadline)
        case .sent, .fulfilled, .refunded, .unrecognised:
            preconditionFailure("an order that is \(state) was claimed")
        }
    }

    private mutating func yes(_ code: Code, at now: Timestamp) -> [Action] {
        switch (state, code) {
        case (.fulfilled, .repeated):
            return []
        case (.fulfilled, _):
            return [.keepEvidence, .openCase(.secondCode)]
        case (.refunded, _):
            return [.keepEvidence, .openCase(.lateYes)]
        case (.unrecognised, _):
            return [.keepEvidence]
        case (_, .fresh):
            enter(.fulfilled, at: now, due: now)
            return [.capture]
        case (_, .repeated), (_, .foreign):
            // A code that exists already never fulfils: the operator is asked on.
            if state == .sent || state == .unknown {
                doubt(at: now, due: now.adding(Limits.earlyAsk))
            }
            return [.keepEvidence, .openCase(.knownCode)] + showLongDoubt(at: now)
        }
    }

    private mutating func no(
        _ attempt: Int64, _ reason: RefundReason, _ hasAnotherRoute: Bool, at now: Timestamp
    ) -> [Action] {
        switch state {
        case .fulfilled:
            return [.keepEvidence, .openCase(.lateNo)]
        case .refunded, .unrecognised:
            return [.keepEvidence]
        case .accepted where attempt > 0:
            // That attempt's no has been heard: the order is the next operator's now.
            return [.keepEvidence]
        case .accepted, .sent, .unknown, .queued:
            // Earlier attempts are over by their deadlines, so the latest is the only one that may be open.
            guard attempt == self.attempt else { return [.keepEvidence] }
            if reason == .outOfStock, hasAnotherRoute, let actions = goOn(at: now) { return actions }
            enter(.refunded, at: now, due: now)
            return [.release(reason)]
        }
    }

    /// "Later" to a recharge means that nothing was begun: it is tried again. To a question it is no more than
    /// "not yet": what is in doubt stays in doubt and is asked again.
    private mutating func later(
        _ attempt: Int64, _ after: Duration?, _ hasAnotherRoute: Bool, at now: Timestamp
    ) -> [Action] {
        guard attempt == self.attempt else { return [.keepEvidence] }
        if state == .sent, hasAnotherRoute, let actions = goOn(at: now) { return actions }
        let pause = after.map(Rhythm.bounded) ?? Rhythm.queuePause(waited: queuedAt.map(now.since) ?? .zero)
        switch state {
        case .sent:
            let next = now.adding(pause)
            enter(.queued, at: now, due: next < lastStart ? next : endOfLife)
        case .unknown:
            enter(.unknown, at: now, due: now.adding(pause))
        case .accepted, .queued, .fulfilled, .refunded, .unrecognised:
            return [.keepEvidence]
        }
        return showQueued(at: now) + [.keepEvidence]
    }

    /// The operator has queued it: from now on it is only asked, now and then, and never sent again.
    private mutating func queuedThere(_ attempt: Int64, at now: Timestamp) -> [Action] {
        guard attempt == self.attempt, state == .sent || state == .unknown else {
            return state.isFinal ? [] : [.keepEvidence]
        }
        let isNews = state == .sent || queuedAt == nil
        let waited = state == .unknown ? now.since(since) : .zero
        let pause = Rhythm.askPause(first: Limits.queuedThereAsk, waited: waited)
        enter(.unknown, at: now, due: now.adding(pause))
        return showQueued(at: now) + (isNews ? [.keepEvidence] : [])
    }

    /// Nothing was sent: whoever else takes orders has it now, or it waits and its client is told.
    private mutating func passedOver(_ until: Timestamp, _ hasAnotherRoute: Bool, at now: Timestamp) -> [Action] {
        switch state {
        case .accepted, .queued:
            if hasAnotherRoute, let actions = goOn(at: now) { return actions }
            let isNews = state == .accepted
            enter(.queued, at: now, due: until < lastStart ? until : endOfLife)
            return showQueued(at: now) + (isNews ? [.keepEvidence] : [])
        case .sent, .unknown, .fulfilled, .refunded, .unrecognised:
            return []
        }
    }

    private mutating func silence(_ attempt: Int64, _ askAfter: Duration, at now: Timestamp) -> [Action] {
        guard attempt == self.attempt else { return state.isFinal ? [] : [.keepEvidence] }
        switch state {
        case .sent:
            doubt(at: now, due: now.adding(askAfter))
            return [.keepEvidence]
        case .unknown:
            let next = now.adding(Rhythm.askPause(first: askAfter, waited: now.since(since)))
            let shown = showLongDoubt(at: now)
            // The next question comes no later than the moment at which the doubt is shown as QUEUED.
            let showsAt = since.adding(Limits.unknownShownQueued)
            enter(.unknown, at: now, due: queuedAt == nil ? min(next, showsAt) : next)
            return shown
        case .accepted, .queued, .fulfilled, .refunded, .unrecognised:
            return []
        }
    }

    private mutating func endLife(at now: Timestamp) -> [Action] {
        switch state {
        case .accepted, .queued:
            enter(.refunded, at: now, due: now)
            return [.release(.expired)]
        case .sent, .unknown:
            enter(.refunded, at: now, due: now)
            return [.release(.expired), .openCase(.neverSettled), .keepEvidence]
        case .fulfilled, .refunded, .unrecognised:
            return []
        }
    }

    /// Ten minutes of doubt are shown as QUEUED (design §4).
    private mutating func showLongDoubt(at now: Timestamp) -> [Action] {
        guard state == .unknown, now.since(since) >= Limits.unknownShownQueued else { return [] }
        return showQueued(at: now)
    }

    private mutating func showQueued(at now: Timestamp) -> [Action] {
        guard queuedAt == nil else { return [] }
        queuedAt = now
        return [.announceQueued]
    }
}
