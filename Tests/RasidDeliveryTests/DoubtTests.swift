import RasidBase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import Testing

@testable import RasidDelivery

/// Silence is not failure: what is not known is asked about until it is (law 3).
@Suite(.timeLimit(.minutes(1)))
struct DoubtTests {
    private let floor: DeliveryFloor

    init() async throws {
        floor = try await DeliveryFloor()
    }

    private func loop(_ remote: ScriptedOperator) -> RemoteLoop {
        RemoteLoop(floor.delivery, remote, operatorID: .simulator)
    }

    /// Places an order and lets its recharge come to nothing.
    private func doubted(_ remote: ScriptedOperator, _ answer: OperatorAnswer.Outcome = .unknown) async throws
        -> OrderID
    {
        let order = try await floor.place()
        remote.answer(try await remote.nextCall(), answer)
        try await floor.until(order, is: .unknown)
        return order
    }

    /// Lets the polls of so many seconds go by, one after the other.
    private func poll(_ seconds: Int) async throws {
        for _ in 0..<seconds {
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.advance(by: .seconds(1))
        }
    }

    /// Lets polls go by until the operator is called again.
    private func polled(_ remote: ScriptedOperator) async throws -> ScriptedOperator.Call {
        let seen = remote.calls.count
        while remote.calls.count == seen { try await floor.time.passShortest(upTo: .seconds(1)) }
        return try await remote.nextCall()
    }

    @Test(arguments: [(false, OrderState.queued), (true, .unknown)])
    func `a later that answers a call queues the order, one that comes by itself sends nothing again`(
        isUnasked: Bool, state: OrderState
    ) async throws {
        let order = try await floor.place()
        let claim = Claims.Claim(operatorID: .simulator, node: floor.node, slots: 1, deadline: .seconds(60))
        let provisions = floor.delivery.provisions(0)
        let taken = try await floor.store.write { try Claims.take(claim, provisions, in: $0).recharges }
        let assignment = try #require(taken.first)
        let attempt = Attempt(delivery: floor.delivery, remote: ScriptedOperator())
        let later = OperatorAnswer(.later(after: .seconds(30)), words: "later")
        _ = try await attempt.recordOnce(later, to: assignment, isUnasked: isUnasked)
        #expect(try await floor.state(order) == state)
        #expect(try await floor.evidence(order) == ["attempt 1: later"])
    }

    @Test func `a lost answer is asked about and the order fulfilled, never sent again`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            #expect(try await floor.evidence(order) == ["attempt 1: as the test says"])
            try await poll(2)
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask)
            #expect(question.job.order == order)
            remote.answer(question, ScriptedOperator.yes(question.job))
            let settled = try await floor.settled(order)
            #expect(try await floor.code(settled) == "CODE-\(order)")
            #expect(remote.calls.map(\.purpose) == [.recharge, .ask])
            #expect(try await floor.isClean())
        }
    }

    @Test func `a lost answer is asked about and the order refunded on an explicit no`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            try await poll(2)
            remote.answer(try await remote.nextCall(), .refused(.operatorRejected))
            #expect(try await floor.settled(order).refundReason == .operatorRejected)
            #expect(try await floor.isClean())
        }
    }

    @Test func `an operator that still does not know is asked again, and the order stays what it was`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            for _ in 0..<5 {
                let question = try await polled(remote)
                #expect(question.purpose == .ask)
                #expect(try await floor.state(order) == .unknown)
                remote.answer(question, .unknown)
            }
        }
    }

    @Test func `a later to a question queues the order`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            try await poll(2)
            remote.answer(try await remote.nextCall(), .later(after: .seconds(900)))
            #expect(try await floor.settled(order).status == .queued)
        }
    }

    @Test func `what was never seen is sent again under the same id, once it cannot come any more`() async throws {
        let remote = ScriptedOperator(
            OperatorCapabilities(
                checksNumbers: true, isSafeToRepeat: true, settlingTime: .seconds(10), deadline: .seconds(20)))
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            let doubtedAt = floor.time.now
            var call = try await polled(remote)
            while floor.time.now.since(doubtedAt) < .seconds(30) {
                #expect(call.purpose == .ask)
                remote.answer(call, .neverSeen)
                call = try await polled(remote)
            }
            remote.answer(call, .neverSeen)
            // Nobody polls for the repeat: it follows the answer.
            let again = try await remote.nextCall()
            #expect(again.purpose == .recharge)
            #expect(again.job.order == order)
            remote.answer(again, ScriptedOperator.yes(again.job))
            #expect(try await floor.settled(order).status == .fulfilled)
            #expect(remote.calls.count { $0.purpose == .recharge } == 2)
            #expect(try await floor.isClean())
        }
    }

    @Test func `what was never seen is not sent again while the clock is not to be trusted`() async throws {
        let remote = ScriptedOperator(
            OperatorCapabilities(
                checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero, deadline: .seconds(10)))
        floor.monitor.clock(isSteady: false)
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            let doubtedAt = floor.time.now
            while floor.time.now.since(doubtedAt) < .seconds(60) {
                let question = try await polled(remote)
                #expect(question.purpose == .ask)
                remote.answer(question, .neverSeen)
            }
            // The last answer is recorded: the next question is further away than this one's deadline was.
            try await floor.store.until { [later = floor.time.now.adding(.seconds(11))] in
                try StaffReading.find(order, in: $0).dueAt ?? later > later
            }
            floor.monitor.clock(isSteady: true)
            remote.answer(try await polled(remote), .neverSeen)
            #expect(try await remote.nextCall().purpose == .recharge)
        }
    }

    @Test func `what was never seen by an operator that may recharge twice is never sent again`() async throws {
        let remote = ScriptedOperator(
            OperatorCapabilities(
                checksNumbers: true, isSafeToRepeat: false, settlingTime: .zero, deadline: .seconds(10)))
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote)
            let doubtedAt = floor.time.now
            while floor.time.now.since(doubtedAt) < .seconds(60) {
                let question = try await polled(remote)
                #expect(question.purpose == .ask)
                remote.answer(question, .neverSeen)
            }
            #expect(try await floor.state(order) == .unknown)
            #expect(remote.calls.count { $0.purpose == .recharge } == 1)
        }
    }

    @Test(arguments: ["", " ", "12 34", "12\n34", "é", "\u{0}", String(repeating: "1", count: 65)])
    func `a yes whose code cannot be one is not understood, and asked about`(code: String) async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote, .fulfilled(OperatorReceipt(transactionNumber: "T", code: code)))
            #expect(try await floor.cases(order).isEmpty)
            try await poll(2)
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask)
            remote.answer(question, ScriptedOperator.yes(question.job))
            let settled = try await floor.settled(order)
            #expect(try await floor.code(settled) == "CODE-\(order)")
            #expect(try await floor.isClean())
        }
    }

    @Test(arguments: ["", "T\n1", String(repeating: "9", count: 1000)])
    func `a yes whose transaction number cannot be one is not understood`(number: String) async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await doubted(remote, .fulfilled(OperatorReceipt(transactionNumber: number, code: "1234")))
            #expect(try await floor.state(order) == .unknown)
        }
    }

    @Test func `a code that another order has is never sold twice`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let first = try await floor.place()
            let call = try await remote.nextCall()
            remote.answer(call, ScriptedOperator.yes(call.job))
            try await floor.settled(first)
            let second = try await floor.place()
            remote.answer(try await remote.nextCall(), ScriptedOperator.yes(call.job))
            try await floor.until(second, is: .unknown)
            #expect(try await floor.cases(second) == [.knownCode])
            #expect(try await floor.isClean())
        }
    }

    @Test func `silences make the operator down for ping, an answer makes it up`() async throws {
        let remote = ScriptedOperator()
        floor.monitor.see(routes: [.adsl: [.simulator]])
        try await floor.running(loop(remote)) { _ in
            for _ in 0..<5 { _ = try await doubted(remote) }
            #expect(!floor.monitor.isUp(.adsl))
            // It is let alone for a while, and then tried with a question: doubt comes before new work.
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.advance(by: Limits.shortestBreak)
            let trial = try await remote.nextCall()
            #expect(trial.purpose == .ask)
            remote.answer(trial, .refused(.operatorRejected))
            try await floor.until(trial.job.order, is: .refunded)
            #expect(floor.monitor.isUp(.adsl))
        }
    }
}
