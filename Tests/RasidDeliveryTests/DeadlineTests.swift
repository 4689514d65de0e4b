import RasidBase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import Testing

@testable import RasidDelivery

/// Answers that come late, not at all, or while the store does not work.
@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    private let floor: DeliveryFloor
    private static let deadline = Duration.seconds(20)

    init() async throws {
        floor = try await DeliveryFloor()
    }

    private static func remote(isDeaf: Bool = false) -> ScriptedOperator {
        ScriptedOperator(
            OperatorCapabilities(
                checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero, deadline: deadline, concurrency: 2),
            isDeaf: isDeaf)
    }

    private func loop(_ remote: ScriptedOperator) -> RemoteLoop {
        RemoteLoop(floor.delivery, remote, operatorID: .simulator)
    }

    @Test func `a call is given up at its deadline, not before, and the order is in doubt`() async throws {
        let remote = Self.remote()
        try await floor.running(loop(remote)) { _ in
            let order = try await floor.place()
            let call = try await remote.nextCall()
            try await floor.time.sleepers(for: Self.deadline)
            floor.time.advance(by: .milliseconds(19_999))
            #expect(try await floor.state(order) == .sent)
            #expect(remote.running == 1)
            floor.time.advance(by: .milliseconds(1))
            try await remote.cut(call)
            try await floor.until(order, is: .unknown)
            #expect(try await floor.evidence(order) == ["attempt 1: no answer within 20s"])
        }
    }

    @Test func `an answer just before the deadline counts`() async throws {
        let remote = Self.remote()
        try await floor.running(loop(remote)) { _ in
            let order = try await floor.place()
            let call = try await remote.nextCall()
            try await floor.time.sleepers(for: Self.deadline)
            floor.time.advance(by: .milliseconds(19_999))
            remote.answer(call, ScriptedOperator.yes(call.job))
            #expect(try await floor.settled(order).status == .fulfilled)
        }
    }

    @Test func `a yes that comes while its call is being given up is not thrown away`() async throws {
        let remote = Self.remote(isDeaf: true)
        try await floor.running(loop(remote)) { _ in
            let order = try await floor.place()
            let call = try await remote.nextCall()
            try await floor.time.sleepers(for: Self.deadline)
            floor.time.advance(by: Self.deadline)
            try await remote.cut(call)
            remote.answer(call, ScriptedOperator.yes(call.job))
            let settled = try await floor.settled(order)
            #expect(try await floor.code(settled) == "CODE-\(order)")
            #expect(try await floor.isClean())
        }
    }

    @Test func `a slot whose call was given up is free again`() async throws {
        let remote = Self.remote()
        try await floor.place(3)
        try await floor.running(loop(remote)) { _ in
            _ = try await remote.nextCalls(2)
            try await floor.time.sleepers(2, for: Self.deadline)
            floor.time.advance(by: Self.deadline)
            let third = try await remote.nextCall()
            #expect(third.purpose == .recharge)
        }
    }

    @Test func `an answer that cannot be recorded is recorded when the store works again`() async throws {
        let remote = Self.remote()
        try await floor.running(loop(remote)) { _ in
            let order = try await floor.place()
            let call = try await remote.nextCall()
            try await floor.time.sleepers(for: .seconds(1))
            floor.store.shut(true)
            remote.answer(call, ScriptedOperator.yes(call.job))
            for _ in 0..<3 {
                // The loop and the attempt both wait for their next try.
                try await floor.time.sleepers(2, for: .seconds(1))
                #expect(try await floor.state(order) == .sent)
                floor.time.advance(by: .seconds(1))
            }
            try await floor.time.sleepers(2, for: .seconds(1))
            floor.store.shut(false)
            floor.time.advance(by: .seconds(1))
            let settled = try await floor.settled(order)
            #expect(try await floor.code(settled) == "CODE-\(order)")
            #expect(remote.calls.count == 1)
            #expect(try await floor.isClean())
        }
    }

    @Test func `an answer that the store refuses for ten minutes is asked for when it works again`() async throws {
        let remote = Self.remote()
        let reconciler = Reconciler(floor.delivery)
        try await floor.running(loop(remote), reconciler) { _ in
            let order = try await floor.place()
            let call = try await remote.nextCall()
            floor.store.shut(true)
            remote.answer(call, ScriptedOperator.yes(call.job))
            let start = floor.time.now
            while floor.time.now.since(start) < .seconds(600) {
                try await floor.time.passShortest(upTo: .seconds(1))
            }
            floor.store.shut(false)
            remote.answerAll(ScriptedOperator.yes(call.job))
            var settled = try await floor.orders.find(.id(order.description), in: floor.sandbox)
            while settled.status == .handling {
                try await floor.time.passShortest(upTo: .seconds(1))
                settled = try await floor.orders.find(.id(order.description), in: floor.sandbox)
            }
            #expect(settled.status == .fulfilled)
            #expect(try await floor.code(settled) == "CODE-\(order)")
            #expect(remote.calls.count { $0.purpose == .recharge } == 1)
            #expect(try await floor.isClean())
        }
    }
}
