import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import Testing

@testable import RasidDelivery

/// Reserved cards are the delivery: right after the sale, in shared commits, in order.
@Suite(.timeLimit(.minutes(1)))
struct VoucherLoopTests {
    private let floor: DeliveryFloor
    private let loop: VoucherLoop

    init() async throws {
        floor = try await DeliveryFloor()
        loop = VoucherLoop(floor.delivery, operatorID: .voucher)
    }

    @Test func `a sale is delivered as soon as it is committed, though no clock runs`() async throws {
        try await floor.stock(3)
        try await floor.running(loop) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            let order = try await floor.place(in: floor.production)
            let settled = try await floor.settled(order, in: floor.production)
            #expect(settled.status == .fulfilled)
            #expect(settled.delivery?.transactionNumber.hasPrefix("S-") == true)
            #expect(try await floor.code(settled)?.hasPrefix("CARD-") == true)
            #expect(try await floor.isClean())
        }
    }

    @Test func `many sales are delivered step by step without a pause, each once`() async throws {
        try await floor.stock(200)
        let orders = try await floor.place(200, in: floor.production)
        try await floor.running(loop) { _ in
            var codes: Set<String> = []
            for order in orders {
                let settled = try await floor.settled(order, in: floor.production)
                codes.insert(try await floor.code(settled) ?? "")
            }
            #expect(codes.count == 200)
            #expect(try await floor.isClean())
        }
    }

    @Test func `a sandbox order is none of its business`() async throws {
        let order = try await floor.place()
        try await floor.running(loop) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            #expect(try await floor.state(order) == .accepted)
        }
    }

    @Test func `what the store refused is delivered at the next poll`() async throws {
        try await floor.stock(1)
        let order = try await floor.place(in: floor.production)
        floor.store.shut(true)
        try await floor.running(loop) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.store.shut(false)
            floor.time.advance(by: .seconds(1))
            #expect(try await floor.settled(order, in: floor.production).status == .fulfilled)
        }
    }

    @Test func `one order that cannot be delivered does not keep the others from their cards`() async throws {
        try await floor.stock(3)
        let orders = try await floor.place(3, in: floor.production)
        let takeCard = Statement("UPDATE cards SET state = 4 WHERE order_id = ?")
        _ = try await floor.store.write { try $0.run(takeCard, [.id(orders[0])]) }
        try await floor.running(loop) { _ in
            for good in orders.dropFirst() {
                let settled = try await floor.settled(good, in: floor.production)
                #expect(settled.status == .fulfilled)
            }
            #expect(try await floor.state(orders[0]) == .accepted)
        }
    }
}
