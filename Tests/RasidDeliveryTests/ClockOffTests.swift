import InMemoryLogging
import Logging
import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

@testable import RasidDelivery

/// A node whose clock is not the database's is not ready, claims nothing, and calls nobody gone (design §4).
struct ClockOffTests {
    /// The floor's store, on a machine whose clock is ahead by so much.
    private struct Ahead: ForwardingDatabase {
        let store: WatchedStore
        let time: any TimeSource
        let by: Duration

        func clock() async throws -> Timestamp? { time.now.adding(by) }
    }

    private func delivery(_ floor: DeliveryFloor, ahead: Duration) -> Delivery {
        Delivery(
            database: Ahead(store: floor.store, time: floor.time, by: ahead), signals: floor.signals,
            sealer: floor.delivery.sealer, monitor: floor.monitor, time: floor.time,
            identifiers: floor.identifiers, node: floor.node, logger: floor.delivery.logger)
    }

    @Test(arguments: [Duration.seconds(2), .seconds(-2), .zero])
    func `two seconds are no difference`(ahead: Duration) async throws {
        let floor = try await DeliveryFloor()
        let reconciler = Reconciler(delivery(floor, ahead: ahead))
        var clock = await reconciler.watchClock()
        await reconciler.round(&clock)
        #expect(floor.monitor.isClockRight && floor.monitor.troubles.isEmpty)
        try await floor.close()
    }

    @Test(arguments: [Duration.milliseconds(2001), .milliseconds(-2001), .seconds(3600)])
    func `a clock that is further off keeps a node from work until it is set right`(ahead: Duration) async throws {
        let floor = try await DeliveryFloor()
        try await floor.stock(1)
        try await floor.place(in: floor.production)
        let delivery = delivery(floor, ahead: ahead)
        let reconciler = Reconciler(delivery)
        try await reconciler.takeOver(isAlone: false)
        #expect(!floor.monitor.isClockRight)
        var clock = await reconciler.watchClock()
        await reconciler.round(&clock)
        #expect(floor.monitor.troubles == [.clock])
        let voucher = VoucherLoop(delivery, operatorID: .voucher)
        #expect(await voucher.deliver() == 0)
        let right = Reconciler(floor.delivery)
        await right.round(&clock)
        #expect(floor.monitor.isClockRight && floor.monitor.troubles.isEmpty)
        #expect(await VoucherLoop(floor.delivery, operatorID: .voucher).deliver() == 1)
        try await floor.close()
    }

    @Test func `trouble is told when it begins and when it is over, not every second`() async throws {
        let floor = try await DeliveryFloor()
        let off = Reconciler(delivery(floor, ahead: .seconds(60)))
        var clock = await off.watchClock()
        for _ in 0..<5 { await off.round(&clock) }
        await Reconciler(floor.delivery).round(&clock)
        let told = floor.log.entries.map(\.message.description)
        #expect(told.filter { $0 == "a round of reconciliation failed" }.count == 1)
        #expect(told.filter { $0 == "reconciliation works again" }.count == 1)
        try await floor.close()
    }
}
