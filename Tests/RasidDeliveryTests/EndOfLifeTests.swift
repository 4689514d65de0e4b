import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import Testing

@testable import RasidDelivery

/// After 48 hours an order ends; a clock that was set ends nothing.
@Suite(.timeLimit(.minutes(1)))
struct EndOfLifeTests {
    private let floor: DeliveryFloor
    private let reconciler: Reconciler

    init() async throws {
        floor = try await DeliveryFloor()
        reconciler = Reconciler(floor.delivery)
    }

    private func round(after duration: Duration = .seconds(1)) async throws {
        try await floor.time.sleepers(for: .seconds(1))
        floor.time.advance(by: duration)
        try await floor.time.sleepers(for: .seconds(1))
    }

    /// Has this node call the operator and hear nothing.
    private func doubt(_ order: OrderID) async throws {
        let claim = Claims.Claim(operatorID: .simulator, node: floor.node, slots: 1, deadline: .seconds(60))
        let provisions = floor.delivery.provisions(0)
        let taken = try await floor.store.write { try Claims.take(claim, provisions, in: $0).recharges }
        let assignment = try #require(taken.first { $0.order == order })
        let answer = Answers.Answer(
            to: assignment, .silence, askAfter: .seconds(2), deadline: .seconds(60), saying: "nothing")
        _ = try await floor.store.write { try Answers.record(answer, provisions, in: $0) }
    }

    @Test func `48 hours of silence refund the order, open a case and wake who waits`() async throws {
        let silent = try await floor.place()
        try await doubt(silent)
        let untouched = try await floor.place()
        try await floor.running(reconciler) { _ in
            try await round(after: .seconds(48 * 3600 - 1))
            #expect(try await floor.state(silent) == .unknown)
            floor.time.advance(by: .seconds(1))
            let settled = try await floor.settled(silent)
            #expect(settled.status == .refunded)
            #expect(settled.refundReason == .expired)
            #expect(try await floor.cases(silent) == [.neverSettled])
            #expect(try await floor.settled(untouched).refundReason == .expired)
            #expect(try await floor.cases(untouched).isEmpty)
            #expect(try await floor.isClean())
        }
    }

    @Test func `more orders than one step end in one round`() async throws {
        try await floor.place(2 * Delivery.step + 3)
        try await floor.running(reconciler) { _ in
            try await round(after: .seconds(48 * 3600))
            #expect(try await floor.store.read { try StaffReading.open(in: $0) }.isEmpty)
            #expect(try await floor.isClean())
        }
    }

    @Test func `a server that never beat vouches for no clock`() async throws {
        let order = try await floor.place()
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.jump(by: .seconds(49 * 3600))
            // One is registered after the jump and gone before its first heartbeat; the next has only the earlier one's.
            _ = try await floor.nextDelivery()
            let next = Reconciler(try await floor.nextDelivery())
            var clock = await next.watchClock()
            await next.round(&clock)
            #expect(try await floor.state(order) == .accepted)
        }
    }

    @Test func `servers that come and go every ten minutes end what is 48 hours old`() async throws {
        let order = try await floor.place()
        try await floor.running(reconciler) { _ in
            try await round(after: .seconds(48 * 3600 - 60))
            var isOver = false
            for _ in 0..<3 where !isOver {
                let next = Reconciler(try await floor.nextDelivery())
                floor.time.advance(by: .seconds(120))
                var clock = await next.watchClock()
                await next.round(&clock)
                isOver = try await floor.state(order) == .refunded
            }
            #expect(isOver)
        }
    }

    @Test func `a server that starts right after another has seen the clock jump ends nothing either`() async throws {
        let order = try await floor.place()
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.jump(by: .seconds(49 * 3600))
            try await round()
            let next = Reconciler(try await floor.nextDelivery())
            var clock = await next.watchClock()
            floor.time.advance(by: .seconds(890))
            await next.round(&clock)
            #expect(try await floor.state(order) == .accepted)
            floor.time.advance(by: .seconds(10))
            await next.round(&clock)
            #expect(try await floor.settled(order).status == .refunded)
        }
    }

    @Test func `a clock that jumps two days ahead ends nothing for a quarter of an hour`() async throws {
        let order = try await floor.place()
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.jump(by: .seconds(49 * 3600))
            try await round()
            try await round(after: .seconds(898))
            try await round()
            #expect(try await floor.state(order) == .accepted)
            floor.time.advance(by: .seconds(1))
            #expect(try await floor.settled(order).status == .refunded)
        }
    }

    @Test func `a clock that is set right in time ends nothing at all`() async throws {
        let order = try await floor.place()
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.jump(by: .seconds(49 * 3600))
            try await round()
            floor.time.jump(by: .seconds(-49 * 3600))
            try await round()
            try await round(after: .seconds(1000))
            #expect(try await floor.state(order) == .accepted)
        }
    }
}
