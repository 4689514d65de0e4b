import RasidBase
import RasidOrders
import RasidTesting
import Testing

/// The machine where an operator is closed, cannot work for the shop, or has queued an order itself.
struct OperatorClosedTests {
    private static let placed = OrderMachineTests.placed

    @Test(arguments: [OrderState.accepted, .queued])
    func `passed over with nobody else there, it waits as QUEUED until then`(state: OrderState) {
        var machine = OrderMachineTests.machine(state, attempt: 0)
        let until = Self.placed.adding(.seconds(30))
        let actions = machine.apply(.passedOver(until: until, hasAnotherRoute: false), at: Self.placed)
        #expect(machine.state == .queued && machine.dueAt == until && machine.queuedAt == Self.placed)
        #expect(actions.contains(.announceQueued))
        let again = machine.apply(.passedOver(until: until, hasAnotherRoute: false), at: until)
        // Told once, not with every look.
        #expect(again.isEmpty)
    }

    @Test(arguments: [OrderState.accepted, .queued])
    func `passed over with somebody else there, it goes on at once`(state: OrderState) {
        var machine = OrderMachineTests.machine(state, attempt: 0)
        let actions = machine.apply(
            .passedOver(until: Self.placed.adding(.seconds(30)), hasAnotherRoute: true), at: Self.placed)
        #expect(actions == [.keepEvidence, .takeNextRoute])
        #expect(machine.state == .accepted && machine.dueAt == Self.placed && machine.queuedAt == nil)
    }

    @Test(arguments: [OrderState.sent, .unknown, .fulfilled, .refunded])
    func `what was sent is never passed over`(state: OrderState) {
        var machine = OrderMachineTests.machine(state)
        let before = machine
        let event = OrderMachine.Event.passedOver(until: Self.placed.adding(.seconds(30)), hasAnotherRoute: true)
        #expect(machine.apply(event, at: Self.placed).isEmpty)
        #expect(machine == before)
    }

    @Test func `nothing is put off to a moment at which nothing is started any more`() {
        var machine = OrderMachineTests.machine(.accepted, attempt: 0)
        let late = Self.placed.adding(Limits.lastAttemptStart)
        _ = machine.apply(.passedOver(until: late, hasAnotherRoute: false), at: Self.placed)
        #expect(machine.dueAt == machine.endOfLife)
    }

    @Test func `one that cannot work for the shop hands over what it was sent, and only that`() {
        let event = OrderMachine.Event.later(attempt: 1, after: .seconds(300), hasAnotherRoute: true)
        var sent = OrderMachineTests.machine(.sent)
        #expect(sent.apply(event, at: Self.placed) == [.keepEvidence, .takeNextRoute])
        #expect(sent.state == .accepted)
        var doubtful = OrderMachineTests.machine(.unknown)
        #expect(!doubtful.apply(event, at: Self.placed).contains(.takeNextRoute))
        #expect(doubtful.state == .unknown)
    }

    @Test(arguments: [OrderState.sent, .unknown])
    func `queued at the operator, it is shown QUEUED and asked about, never queued to be sent`(state: OrderState) {
        var machine = OrderMachineTests.machine(state)
        let event = OrderMachine.Event.pending(attempt: 1, isQueued: true, askAfter: .seconds(2))
        #expect(machine.apply(event, at: Self.placed).contains(.announceQueued))
        #expect(machine.state == .unknown)
        #expect(machine.dueAt == Self.placed.adding(Limits.queuedThereAsk))
        var pauses: [Duration] = []
        while machine.dueAt < machine.endOfLife {
            let now = machine.dueAt
            #expect(machine.apply(event, at: now).isEmpty)
            pauses.append(machine.dueAt.since(now))
        }
        #expect(pauses.count < 200)
        #expect(pauses.allSatisfy { $0 <= Limits.longestAsk })
    }

    @Test func `still being worked on, it is asked about like one in doubt`() {
        var machine = OrderMachineTests.machine(.sent)
        let event = OrderMachine.Event.pending(attempt: 1, isQueued: false, askAfter: .seconds(2))
        #expect(machine.apply(event, at: Self.placed) == [.keepEvidence])
        #expect(machine.state == .unknown && machine.queuedAt == nil)
        #expect(machine.dueAt == Self.placed.adding(.seconds(2)))
    }

    @Test func `what was once in doubt goes to nobody else, whatever is said later`() {
        var machine = OrderMachineTests.machine(.sent)
        _ = machine.apply(.silence(attempt: 1, askAfter: .seconds(2)), at: Self.placed)
        #expect(machine.trace == .possible)
        let later = Self.placed.adding(.seconds(300))
        let deadline = later.adding(.seconds(60))
        _ = machine.apply(
            .neverSeen(attempt: 1, mayRepeat: true, askAfter: .seconds(2), deadline: deadline), at: later)
        #expect(machine.state == .sent && machine.attempt == 2 && machine.trace == .possible)
        var unable = machine
        _ = unable.apply(.later(attempt: 2, after: .seconds(300), hasAnotherRoute: true), at: later)
        #expect(unable.state == .queued)
        let passed = unable.apply(.passedOver(until: deadline, hasAnotherRoute: true), at: later)
        #expect(unable.state == .queued && !passed.contains(.takeNextRoute))
        let refused = machine.apply(.no(attempt: 2, reason: .outOfStock, hasAnotherRoute: true), at: later)
        #expect(refused == [.release(.outOfStock)])
    }

    @Test(arguments: [true, false])
    func `what its operator has said to have is never sent again`(isQueued: Bool) {
        var machine = OrderMachineTests.machine(.sent)
        _ = machine.apply(.pending(attempt: 1, isQueued: isQueued, askAfter: .seconds(2)), at: Self.placed)
        #expect(machine.trace == .acknowledged)
        let later = Self.placed.adding(.seconds(3600))
        _ = machine.apply(
            .neverSeen(attempt: 1, mayRepeat: true, askAfter: .seconds(2), deadline: later.adding(.seconds(60))),
            at: later)
        #expect(machine.state == .unknown && machine.attempt == 1)
    }
}
