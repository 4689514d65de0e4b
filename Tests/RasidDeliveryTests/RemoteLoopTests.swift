import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import Testing

@testable import RasidDelivery

/// One remote operator's orders, from the ring that tells of them to the recorded answer.
@Suite(.timeLimit(.minutes(1)))
struct RemoteLoopTests {
    private let floor: DeliveryFloor

    init() async throws {
        floor = try await DeliveryFloor()
    }

    private func loop(_ remote: ScriptedOperator) -> RemoteLoop {
        RemoteLoop(floor.delivery, remote, operatorID: .simulator)
    }

    @Test func `an order is called as soon as it is placed, though no clock runs`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            let order = try await floor.place()
            let call = try await remote.nextCall()
            #expect(call.purpose == .recharge)
            #expect(call.job.order == order)
            #expect(call.job.number.text == "036362608")
            #expect(call.job.value == .dinars(1000))
            #expect(call.job.placedAt == floor.time.now)
            #expect(try await floor.state(order) == .sent)
            remote.answer(call, ScriptedOperator.yes(call.job))
            let settled = try await floor.settled(order)
            #expect(settled.status == .fulfilled)
            #expect(settled.delivery?.transactionNumber == "T-\(order)")
            #expect(try await floor.code(settled) == "CODE-\(order)")
            #expect(try await floor.isClean())
        }
    }

    @Test func `a new order that cannot be read keeps nobody's doubt from being asked about`() async throws {
        let doubtful = try await floor.place()
        let claim = Claims.Claim(operatorID: .simulator, node: NodeID(99), slots: 1, deadline: .seconds(60))
        let provisions = floor.delivery.provisions(0)
        try await floor.store.write { transaction in
            _ = try Claims.take(claim, provisions, in: transaction)
            let lost = try Reconciliation.lost(.simulator, limit: 8, in: transaction, unless: [])
            try Reconciliation.doubt(lost, provisions, in: transaction)
        }
        let damaged = try await floor.place()
        _ = try await floor.store.write {
            try $0.run(Statement("UPDATE orders SET type = 9 WHERE id = ?"), [.id(damaged)])
        }
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let call = try await remote.nextCall()
            #expect(call.purpose == .ask)
            #expect(call.job.order == doubtful)
        }
    }

    @Test func `orders that were placed before the start are called at the start`() async throws {
        let orders = [try await floor.place(), try await floor.place()]
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let calls = try await remote.nextCalls(2)
            #expect(Set(calls.map(\.job.order)) == Set(orders))
        }
    }

    @Test(arguments: [1, 2, 3])
    func `no more calls run at once than the operator allows, and no slot stays idle`(concurrency: Int) async throws {
        let remote = ScriptedOperator(
            OperatorCapabilities(
                checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero, concurrency: concurrency))
        let orders = try await floor.place(12)
        try await floor.running(loop(remote)) { _ in
            for _ in 0..<(12 / concurrency) {
                let calls = try await remote.nextCalls(concurrency)
                #expect(remote.running == concurrency)
                // All at once: their answers are recorded together, and their slots are free at one moment.
                for call in calls { remote.answer(call, ScriptedOperator.yes(call.job)) }
            }
            for order in orders { #expect(try await floor.settled(order).status == .fulfilled) }
            #expect(remote.mostRunning == concurrency)
            #expect(remote.calls.count == 12)
            #expect(try await floor.isClean())
        }
    }

    @Test func `a slot that is freed while another one is being filled is used at once`() async throws {
        let remote = ScriptedOperator(
            OperatorCapabilities(checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero, concurrency: 2))
        try await floor.place(4)
        try await floor.running(loop(remote)) { _ in
            let first = try await remote.nextCalls(2)
            try await floor.time.sleepers(for: .seconds(1))
            floor.store.hold()
            remote.answer(first[0], .refused(.operatorRejected))
            try await floor.store.release(0)
            // The freed slot rings, and the loop claims for it; meanwhile the other slot is freed too.
            try await floor.store.held(1)
            remote.answer(first[1], .refused(.operatorRejected))
            try await floor.store.release(2)
            _ = try await floor.settled(first[1].job.order)
            floor.store.releaseAll()
            let second = try await remote.nextCalls(2)
            #expect(Set((first + second).map(\.job.order)).count == 4)
            #expect(remote.mostRunning == 2)
        }
    }

    @Test func `an explicit no gives the money back`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await floor.place()
            remote.answer(try await remote.nextCall(), .refused(.numberRejected))
            let settled = try await floor.settled(order)
            #expect(settled.status == .refunded)
            #expect(settled.refundReason == .numberRejected)
            #expect(try await floor.isClean())
        }
    }

    @Test func `a later is queued and tried again at its time, not at the next poll`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(loop(remote)) { _ in
            let order = try await floor.place()
            let call = try await remote.nextCall()
            try await floor.time.sleepers(for: .seconds(1))
            remote.answer(call, .later(after: .milliseconds(1400)))
            #expect(try await floor.settled(order).status == .queued)
            floor.time.advance(by: .seconds(1))
            // The poll saw when the order is due and sleeps until then.
            try await floor.time.sleepers(for: .milliseconds(400))
            #expect(remote.calls.count == 1)
            floor.time.advance(by: .milliseconds(400))
            let again = try await remote.nextCall()
            #expect(again.purpose == .recharge)
            #expect(again.job.order == order)
        }
    }

    @Test func `work that could not be claimed is claimed when the store works again`() async throws {
        let remote = ScriptedOperator()
        let order = try await floor.place()
        floor.store.shut(true)
        try await floor.running(loop(remote)) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.store.shut(false)
            #expect(remote.calls.isEmpty)
            floor.time.advance(by: .seconds(1))
            #expect(try await remote.nextCall().job.order == order)
        }
    }

    @Test func `a full house of work is claimed step by step without a pause`() async throws {
        let remote = ScriptedOperator(
            OperatorCapabilities(checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero, concurrency: 500))
        try await floor.place(150)
        try await floor.running(loop(remote)) { _ in
            let calls = try await remote.nextCalls(150)
            #expect(Set(calls.map(\.job.order)).count == 150)
        }
    }
}
