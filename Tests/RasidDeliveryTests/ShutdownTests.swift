import RasidBase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import RasidDelivery

/// A server that is told to stop lets what runs finish, and loses nothing of what does not.
@Suite(.timeLimit(.minutes(1)))
struct ShutdownTests {
    private let floor: DeliveryFloor
    private static let breath = Duration.milliseconds(20)

    init() async throws {
        floor = try await DeliveryFloor()
    }

    private func loop(_ remote: ScriptedOperator, _ delivery: Delivery? = nil) -> RemoteLoop {
        RemoteLoop(delivery ?? floor.delivery, remote, operatorID: .simulator)
    }

    /// Runs a service until the test has told it to stop, lets it draw breath while it drains, and answers when it
    /// has ended by itself.
    private func stopping(
        _ service: any Service, body: @Sendable (GracefulShutdownTestTrigger) async throws -> Void
    ) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await service.run()
                    return true
                }
                try await body(trigger)
                group.addTask { [time = floor.time] in
                    while true {
                        try await time.sleepers(for: Self.breath)
                        time.advance(by: Self.breath)
                    }
                }
                while let isService = try await group.next(), !isService {}
            }
        }
    }

    @Test func `a loop that has nothing to do ends at once`() async throws {
        try await stopping(loop(ScriptedOperator())) { trigger in
            try await floor.time.sleepers(for: .seconds(1))
            trigger.triggerGracefulShutdown()
        }
        #expect(floor.time.sleeping.isEmpty)
        try await floor.close()
    }

    @Test func `a call that runs may finish, and nothing new is begun`() async throws {
        let remote = ScriptedOperator()
        let order = try await floor.place()
        try await stopping(loop(remote)) { trigger in
            let call = try await remote.nextCall()
            trigger.triggerGracefulShutdown()
            try await floor.time.sleepers(for: Self.breath)
            try await floor.place()
            remote.answer(call, ScriptedOperator.yes(call.job))
            #expect(try await floor.settled(order).status == .fulfilled)
        }
        #expect(remote.calls.count == 1)
        let open = try await floor.store.read { try StaffReading.open(in: $0) }
        #expect(open.map(\.state) == [.accepted])
        #expect(try await floor.isClean())
        try await floor.close()
    }

    @Test func `a call that takes too long is given up, and the next server asks about it`() async throws {
        let remote = ScriptedOperator()
        let order = try await floor.place()
        try await stopping(loop(remote)) { trigger in
            let call = try await remote.nextCall()
            trigger.triggerGracefulShutdown()
            try await floor.time.sleepers(for: Self.breath)
            floor.time.advance(by: .seconds(5))
            try await remote.cut(call)
        }
        #expect(try await [OrderState.sent, .unknown].contains(floor.state(order)))
        try await askedByTheNext(order)
    }

    @Test func `an answer that could not be recorded before the end is asked for by the next server`() async throws {
        let remote = ScriptedOperator()
        let order = try await floor.place()
        try await stopping(loop(remote)) { trigger in
            let call = try await remote.nextCall()
            try await floor.time.sleepers(for: .seconds(1))
            floor.store.shut(true)
            remote.answer(call, ScriptedOperator.yes(call.job))
            try await floor.time.sleepers(2, for: .seconds(1))
            trigger.triggerGracefulShutdown()
            try await floor.time.sleepers(for: Self.breath)
            // As long as the drain lasts it is tried again.
            floor.time.advance(by: .seconds(5))
        }
        floor.store.shut(false)
        #expect(try await floor.state(order) == .sent)
        try await askedByTheNext(order)
    }

    /// The next process takes over, asks, and hears what the first call has brought about.
    private func askedByTheNext(_ order: OrderID) async throws {
        let next = try await floor.nextDelivery()
        try await Reconciler(next).takeOver(isAlone: true)
        #expect(try await floor.state(order) == .unknown)
        let remote = ScriptedOperator()
        floor.time.advance(by: .seconds(2))
        try await floor.running(loop(remote, next)) { _ in
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask)
            #expect(question.job.order == order)
            remote.answer(question, ScriptedOperator.yes(question.job))
            #expect(try await floor.settled(order).status == .fulfilled)
            #expect(try await floor.isClean())
        }
    }

    @Test func `a loop that is cancelled gives its calls up and ends`() async throws {
        let remote = ScriptedOperator()
        let order = try await floor.place()
        let running = Task { try? await loop(remote).run() }
        let call = try await remote.nextCall()
        running.cancel()
        try await remote.cut(call)
        await running.value
        #expect(try await [OrderState.sent, .unknown].contains(floor.state(order)))
        #expect(floor.time.sleeping.isEmpty)
        try await floor.close()
    }

    @Test func `every service of delivery ends without a failure when it is told to stop`() async throws {
        let reveals = Reveals(database: floor.store, vault: floor.vault, time: floor.time)
        let services: [any Service] = [
            loop(ScriptedOperator()), VoucherLoop(floor.delivery, operatorID: .voucher),
            Reconciler(floor.delivery), RevealCounting(reveals, floor.delivery),
        ]
        for service in services {
            try await stopping(service) { trigger in
                try await floor.time.sleepers(for: service is RevealCounting ? .seconds(60) : .seconds(1))
                trigger.triggerGracefulShutdown()
            }
            #expect(floor.time.sleeping.isEmpty)
        }
        try await floor.close()
    }

    @Test func `a loop that is told to stop before it has begun begins nothing`() async throws {
        let remote = ScriptedOperator()
        try await floor.place()
        try await testGracefulShutdown { trigger in
            trigger.triggerGracefulShutdown()
            try await loop(remote).run()
        }
        #expect(remote.calls.isEmpty)
        try await floor.close()
    }
}
