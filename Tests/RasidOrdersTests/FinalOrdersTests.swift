import RasidBase
import RasidDatabase
import RasidOrders
import RasidTesting
import Synchronization
import Testing

/// A final order never changes, so it is read once (decision 0012).
struct FinalOrdersTests {
    private let shop: TestShop
    private let store: CountedReads
    private let orders: Orders

    init() async throws {
        shop = try await TestShop()
        store = CountedReads(shop.database)
        orders = Orders(
            database: store, signals: OrderSignals(), time: shop.time, identifiers: shop.identifiers)
        try await shop.importCards("ADSL,1000,ONE")
    }

    private func deliver(_ order: OrderID) throws -> [Order] {
        let provisions = shop.provisions()
        return try shop.database.commit { try Claims.deliverReserved([order], provisions, in: $0) }
    }

    private func find(_ order: OrderID, in wallet: WalletID? = nil) async throws -> Order {
        try await orders.find(.id(order.description), in: wallet ?? shop.production)
    }

    @Test func `an open order is looked up each time, a final one once`() async throws {
        let order = try await shop.place(in: shop.production).id
        for _ in 0..<2 { #expect(try await find(order).status == .handling) }
        #expect(store.reads == 2)
        _ = try deliver(order)
        let first = try await find(order)
        #expect(first.status == .fulfilled)
        #expect(store.reads == 3)
        #expect(try await find(order) == first)
        #expect(store.reads == 3)
    }

    @Test func `an order that its delivery handed on is not looked up at all`() async throws {
        let order = try await shop.place(in: shop.production).id
        orders.signals.changed(try deliver(order))
        #expect(try await find(order).status == .fulfilled)
        #expect(store.reads == 0)
        #expect(try await find(order) == shop.order(order, in: shop.production))
    }

    @Test func `what is kept is nobody else's`() async throws {
        let order = try await shop.place(in: shop.production).id
        orders.signals.changed(try deliver(order))
        await #expect(throws: Problem.orderNotFound(.id(order.description))) {
            try await find(order, in: shop.sandbox)
        }
    }

    @Test func `an order that only changed is not kept`() async throws {
        let order = try await shop.place("000000002").id
        orders.signals.changed([try await shop.order(order)])
        #expect(try await find(order, in: shop.sandbox).status == .handling)
        #expect(store.reads == 1)
    }
}

private final class CountedReads: ForwardingDatabase {
    let store: InlineSQLiteDatabase
    private let count = Mutex(0)

    init(_ store: InlineSQLiteDatabase) {
        self.store = store
    }

    var reads: Int { count.withLock { $0 } }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        count.withLock { $0 += 1 }
        return try await store.read(body)
    }
}
