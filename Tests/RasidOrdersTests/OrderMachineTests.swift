import RasidBase
import RasidOrders
import RasidTesting
import Testing

/// The machine alone: every event in every state.
struct OrderMachineTests {
    static let placed = Timestamp(milliseconds: 1_768_471_200_000)
    static let open: [OrderState] = [.accepted, .sent, .unknown, .queued]
    static let final: [OrderState] = [.fulfilled, .refunded]

    static func machine(_ state: OrderState, attempt: Int64 = 1, queuedAt: Timestamp? = nil) -> OrderMachine {
        OrderMachine(
            state: state, attempt: attempt, placedAt: placed, since: placed, queuedAt: queuedAt, dueAt: placed)
    }

    static func later(_ duration: Duration) -> Timestamp { placed.adding(duration) }

    @Test(arguments: open)
    func `a fresh yes fulfils every open order and captures once`(state: OrderState) {
        var machine = Self.machine(state)
        #expect(machine.apply(.yes(attempt: 1, code: .fresh), at: Self.later(.seconds(3))) == [.capture])
        #expect(machine.state == .fulfilled)
        #expect(machine.since == Self.later(.seconds(3)))
    }

    @Test(arguments: open)
    func `a yes ends an open order whichever attempt it belongs to`(state: OrderState) {
        var machine = Self.machine(state, attempt: 3)
        #expect(machine.apply(.yes(attempt: 1, code: .fresh), at: Self.placed) == [.capture])
    }

    @Test(arguments: open)
    func `a code that is known never fulfils, and opens a case`(state: OrderState) {
        var machine = Self.machine(state)
        let actions = machine.apply(.yes(attempt: 1, code: .foreign), at: Self.placed)
        #expect(actions == [.keepEvidence, .openCase(.knownCode)])
        #expect(!machine.state.isFinal)
        #expect(machine.state != .sent)
    }

    @Test func `an order in doubt whose code was known is not asked again at once`() {
        var machine = Self.machine(.unknown)
        _ = machine.apply(.yes(attempt: 1, code: .foreign), at: Self.later(.seconds(60)))
        #expect(machine.dueAt > Self.later(.seconds(60)))
    }

    @Test(arguments: [OrderState.sent, .unknown, .queued])
    func `a no to the latest attempt refunds once`(state: OrderState) {
        var machine = Self.machine(state)
        let event = OrderMachine.Event.no(attempt: 1, reason: .numberRejected, hasAnotherRoute: true)
        #expect(machine.apply(event, at: Self.placed) == [.release(.numberRejected)])
        #expect(machine.state == .refunded)
    }

    @Test(arguments: open)
    func `a no to an earlier attempt changes nothing`(state: OrderState) {
        var machine = Self.machine(state, attempt: 2)
        let event = OrderMachine.Event.no(attempt: 1, reason: .operatorRejected, hasAnotherRoute: false)
        #expect(machine.apply(event, at: Self.placed) == [.keepEvidence])
        #expect(machine.state == state)
    }

    @Test func `no stock with another route left goes back to accepted for the next operator`() {
        var machine = Self.machine(.sent)
        let event = OrderMachine.Event.no(attempt: 1, reason: .outOfStock, hasAnotherRoute: true)
        #expect(machine.apply(event, at: Self.placed) == [.keepEvidence, .takeNextRoute])
        #expect(machine.state == .accepted)
        #expect(machine.attempt == 1)
    }

    @Test func `no stock that is told twice leaves the order to the next operator`() {
        var machine = Self.machine(.sent)
        let first = OrderMachine.Event.no(attempt: 1, reason: .outOfStock, hasAnotherRoute: true)
        _ = machine.apply(first, at: Self.placed)
        let again = OrderMachine.Event.no(attempt: 1, reason: .outOfStock, hasAnotherRoute: false)
        #expect(machine.apply(again, at: Self.placed) == [.keepEvidence])
        #expect(machine.state == .accepted)
    }

    @Test func `no stock on the last route refunds`() {
        var machine = Self.machine(.sent)
        let event = OrderMachine.Event.no(attempt: 1, reason: .outOfStock, hasAnotherRoute: false)
        #expect(machine.apply(event, at: Self.placed) == [.release(.outOfStock)])
    }

    @Test func `silence after a call is doubt, never failure`() {
        var machine = Self.machine(.sent)
        let now = Self.later(.seconds(10))
        #expect(machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: now) == [.keepEvidence])
        #expect(machine.state == .unknown)
        #expect(machine.dueAt == now.adding(.seconds(2)))
    }

    @Test func `questions about a silent order grow apart: five minutes in the first hour, an hour in the end`() {
        var machine = Self.machine(.sent)
        var now = Self.placed
        _ = machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: now)
        var pauses: [Int64] = []
        var asked: [Timestamp] = []
        while machine.dueAt < machine.endOfLife {
            now = machine.dueAt
            asked.append(now)
            _ = machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: now)
            pauses.append(machine.dueAt.since(now).milliseconds)
        }
        // But for the one that is cut so that QUEUED is shown on time, and the last, cut at the end of the order's life.
        let grown = pauses.dropLast().filter { $0 != Self.later(.seconds(600)).since(asked[13]).milliseconds }
        #expect(grown == grown.sorted())
        #expect(pauses.first == 2000)
        let firstHour = zip(asked, pauses).filter {
            $0.0 > Self.later(.seconds(900)) && $0.0 < Self.later(.seconds(3600))
        }
        #expect(firstHour.allSatisfy { $0.1 == 300_000 })
        #expect(grown.last == 3_600_000)
        #expect((60..<100).contains(asked.count), "\(asked.count)")
        #expect(asked.contains(Self.later(.seconds(600))))
        #expect(machine.queuedAt == Self.later(.seconds(600)))
    }

    @Test func `later to a question leaves the order in doubt, shown as queued and asked again`() {
        var machine = Self.machine(.unknown)
        let actions = machine.apply(.later(attempt: 1, after: .seconds(27)), at: Self.placed)
        #expect(actions == [.announceQueued, .keepEvidence])
        #expect(machine.state == .unknown)
        #expect(machine.dueAt == Self.later(.seconds(27)))
        #expect(machine.apply(.cancelled, at: Self.placed).isEmpty)
        let end = machine.apply(.lifeEnded, at: machine.endOfLife)
        #expect(end == [.release(.expired), .openCase(.neverSettled), .keepEvidence])
    }

    @Test(arguments: [Duration.zero, .seconds(-5), .seconds(Int64.max / 2000), .milliseconds(1)])
    func `an absurd later is kept within what an order lives`(after: Duration) {
        for state in [OrderState.sent, .unknown] {
            var machine = Self.machine(state)
            _ = machine.apply(.later(attempt: 1, after: after), at: Self.placed)
            #expect(machine.dueAt > Self.placed)
            #expect(machine.dueAt <= machine.endOfLife)
        }
    }

    @Test func `ten minutes of doubt are shown as queued, once`() {
        var machine = Self.machine(.sent)
        _ = machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: Self.placed)
        let early = Self.later(.seconds(599))
        #expect(machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: early).isEmpty)
        let late = Self.later(.seconds(600))
        #expect(machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: late) == [.announceQueued])
        #expect(machine.queuedAt == late)
        #expect(machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: late.adding(.seconds(9))).isEmpty)
        #expect(machine.state.status(wasQueued: machine.queuedAt != nil) == .queued)
    }

    @Test func `later from the operator queues until the time it names`() {
        var machine = Self.machine(.sent)
        let actions = machine.apply(.later(attempt: 1, after: .seconds(27)), at: Self.placed)
        #expect(actions == [.announceQueued, .keepEvidence])
        #expect(machine.state == .queued)
        #expect(machine.dueAt == Self.later(.seconds(27)))
    }

    @Test func `queued waits without a time grow`() {
        var machine = Self.machine(.sent)
        var now = Self.placed
        var pauses: [Int64] = []
        for _ in 0..<5 {
            _ = machine.apply(.later(attempt: machine.attempt, after: nil), at: now)
            pauses.append(machine.dueAt.since(now).milliseconds / 60_000)
            now = machine.dueAt
            _ = machine.apply(.claimed(deadline: now), at: now)
        }
        #expect(pauses == [15, 60, 240, 720, 720])
    }

    @Test func `once queued, no later state shows handling again`() {
        var machine = Self.machine(.sent)
        _ = machine.apply(.later(attempt: 1, after: .seconds(1)), at: Self.placed)
        _ = machine.apply(.claimed(deadline: Self.later(.seconds(90))), at: Self.later(.seconds(1)))
        #expect(machine.state == .sent)
        #expect(machine.state.status(wasQueued: machine.queuedAt != nil) == .queued)
    }

    @Test func `a try that would begin after 47 hours waits for the end instead`() {
        var machine = Self.machine(.sent)
        _ = machine.apply(.later(attempt: 1, after: .seconds(3600)), at: Self.later(.seconds(46 * 3600 + 1)))
        #expect(machine.dueAt == machine.endOfLife)
    }

    @Test func `never seen and safe to repeat is sent again under a new attempt`() {
        var machine = Self.machine(.unknown)
        let event = OrderMachine.Event.neverSeen(
            attempt: 1, mayRepeat: true, askAfter: .seconds(2), deadline: Self.later(.seconds(90)))
        #expect(machine.apply(event, at: Self.later(.seconds(30))) == [.keepEvidence])
        #expect(machine.state == .sent)
        #expect(machine.attempt == 2)
    }

    @Test(arguments: [OrderState.sent, .queued, .accepted, .fulfilled, .refunded])
    func `never seen repeats nothing that is not in doubt`(state: OrderState) {
        var machine = Self.machine(state)
        let event = OrderMachine.Event.neverSeen(
            attempt: 1, mayRepeat: true, askAfter: .seconds(2), deadline: Self.placed)
        _ = machine.apply(event, at: Self.placed)
        #expect(machine.attempt == 1)
    }

    @Test func `never seen by an operator that is not safe to repeat stays in doubt`() {
        var machine = Self.machine(.unknown)
        let event = OrderMachine.Event.neverSeen(
            attempt: 1, mayRepeat: false, askAfter: .seconds(2), deadline: Self.placed)
        _ = machine.apply(event, at: Self.placed)
        #expect(machine.state == .unknown)
    }

    @Test func `a dead node's order is asked about at once`() {
        var machine = Self.machine(.sent)
        #expect(machine.apply(.nodeDied, at: Self.later(.seconds(9))) == [.keepEvidence])
        #expect(machine.state == .unknown)
        #expect(machine.dueAt == Self.later(.seconds(9)))
    }

    @Test func `48 hours end what was never sent without a case`() {
        for state in [OrderState.accepted, .queued] {
            var machine = Self.machine(state, attempt: 0)
            #expect(machine.apply(.lifeEnded, at: machine.endOfLife) == [.release(.expired)])
        }
    }

    @Test func `48 hours end what is in doubt with a case for staff`() {
        for state in [OrderState.sent, .unknown] {
            var machine = Self.machine(state)
            let actions = machine.apply(.lifeEnded, at: machine.endOfLife)
            #expect(actions == [.release(.expired), .openCase(.neverSettled), .keepEvidence])
        }
    }

    @Test func `a late yes after the refund and a late no after the delivery open cases and change nothing`() {
        var refunded = Self.machine(.refunded)
        #expect(
            refunded.apply(.yes(attempt: 1, code: .fresh), at: Self.placed) == [.keepEvidence, .openCase(.lateYes)])
        #expect(refunded == Self.machine(.refunded))
        var fulfilled = Self.machine(.fulfilled)
        let no = OrderMachine.Event.no(attempt: 1, reason: .operatorRejected, hasAnotherRoute: false)
        #expect(fulfilled.apply(no, at: Self.placed) == [.keepEvidence, .openCase(.lateNo)])
        #expect(fulfilled == Self.machine(.fulfilled))
    }

    @Test func `the same yes told twice is nothing new, a second code is a case`() {
        var machine = Self.machine(.fulfilled)
        #expect(machine.apply(.yes(attempt: 1, code: .repeated), at: Self.placed).isEmpty)
        let actions = machine.apply(.yes(attempt: 1, code: .fresh), at: Self.placed)
        #expect(actions == [.keepEvidence, .openCase(.secondCode)])
    }

    @Test func `staff can call off what was not sent, and nothing else`() {
        for state in Self.open + Self.final {
            var machine = Self.machine(state)
            let actions = machine.apply(.cancelled, at: Self.placed)
            let may = state == .accepted || state == .queued
            #expect(actions == (may ? [.release(.cancelled), .keepEvidence] : []))
            #expect(machine.state == (may ? .refunded : state))
        }
    }

    @Test func `a state of a newer version is kept, shown as running and never acted on`() {
        let state = OrderState(storedCode: 99)
        #expect(state == .unrecognised(99))
        #expect(state.storedCode == 99)
        #expect(state.status(wasQueued: false) == .handling)
        for event in Self.outside(attempt: 1) {
            var machine = Self.machine(state)
            let actions = machine.apply(event, at: Self.placed)
            #expect(machine.state == state)
            #expect(!actions.contains { [.capture, .takeNextRoute].contains($0) })
            #expect(!actions.contains { if case .release = $0 { true } else { false } })
        }
    }

    static func outside(attempt: Int64) -> [OrderMachine.Event] {
        let codes: [OrderMachine.Code] = [.fresh, .repeated, .foreign]
        return codes.map { .yes(attempt: attempt, code: $0) }
            + RefundReason.allCases.flatMap { reason in
                [true, false].map { .no(attempt: attempt, reason: reason, hasAnotherRoute: $0) }
            }
            + [
                .later(attempt: attempt, after: nil), .later(attempt: attempt, after: .seconds(5)),
                .silence(attempt: attempt, askAfter: .seconds(1)),
                .neverSeen(attempt: attempt, mayRepeat: true, askAfter: .seconds(1), deadline: placed),
                .neverSeen(attempt: attempt, mayRepeat: false, askAfter: .seconds(1), deadline: placed),
                .later(attempt: attempt, after: nil, hasAnotherRoute: true),
                .pending(attempt: attempt, isQueued: false, askAfter: .seconds(1)),
                .pending(attempt: attempt, isQueued: true, askAfter: .seconds(1)),
                .passedOver(until: placed.adding(.seconds(30)), hasAnotherRoute: true),
                .passedOver(until: placed.adding(.seconds(30)), hasAnotherRoute: false),
                .asking(until: placed), .nodeDied, .lifeEnded, .cancelled,
            ]
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `whatever is told in whatever order, money moves on exactly once and a final order stays`(seed: UInt64) {
        let random = SeededIdentifiers(seed: seed)
        var machine = Self.machine(.accepted, attempt: 0)
        var now = Self.placed
        var settlements = 0
        for _ in 0..<100 {
            now = now.adding(.seconds(Int64(random.random64() % 4000)))
            let before = machine
            let events = Self.outside(attempt: Int64(random.random64() % 4))
            let mayClaim = [OrderState.accepted, .queued].contains(machine.state)
            let event =
                mayClaim && random.random64() % 2 == 0
                ? .claimed(deadline: now.adding(.seconds(60))) : events[Int(random.random64() % UInt64(events.count))]
            for action in machine.apply(event, at: now) {
                switch action {
                case .capture, .release: settlements += 1
                case .announceQueued, .takeNextRoute, .openCase, .keepEvidence: break
                }
            }
            if before.state.isFinal { #expect(machine == before) }
            #expect(settlements == (machine.state.isFinal ? 1 : 0))
            #expect(machine.dueAt <= max(machine.endOfLife, now))
            if before.queuedAt != nil { #expect(machine.queuedAt == before.queuedAt) }
        }
    }
}
