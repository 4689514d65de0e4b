import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidTesting
import Testing

/// Duplicates: found by a unique index, for ever, and within one batch too.
struct OneReferenceTests {
    @Test func `a reference is not looked up and then inserted: many at once make one order`() async throws {
        let busy = try await BusyShop(cards: 64, deposit: .dinars(100_000))
        let results = await busy.race(64) { _ in try await busy.place(ref: "the-one") }
        #expect(results.compactMap(\.value).count == 1)
        let id = try #require(results.compactMap(\.value).first?.id)
        #expect(
            results.compactMap(\.problem).allSatisfy {
                $0 == .duplicatedReference(reference: "the-one", order: id, status: .handling)
            })
        #expect(results.compactMap(\.problem).count == 63)
        #expect(try await busy.balances().orderNumber == 1)
        #expect(try await busy.isClean())
        try await busy.close()
    }

    @Test func `the index holds a reference once even where no look-up has been made`() async throws {
        let shop = try await TestShop()
        _ = try await shop.place(ref: "indexed")
        let copy = Statement(
            """
            INSERT INTO orders (id, account_id, environment, order_no, ref, type, number, product_id, value, cost,
                state, operator_id, attempt, node, due_at, created_at, since, card_exposed)
            SELECT randomblob(12), account_id, environment, 2, ref, type, number, product_id, value, cost, state,
                operator_id, attempt, node, due_at, created_at, since, 0 FROM orders
            """)
        #expect(throws: StoreFailure.self) { try shop.database.commit { _ = try $0.run(copy) } }
    }

    @Test func `a reference stays taken after a refund, and years later`() async throws {
        let desk = try await Desk()
        let order = try await desk.shop.place(ref: "for-ever").id
        #expect(try desk.cancel(order) == nil)
        desk.shop.time.advance(by: .seconds(10 * 365 * 86_400))
        await #expect(throws: Problem.duplicatedReference(reference: "for-ever", order: order, status: .refunded)) {
            try await desk.shop.place(ref: "for-ever")
        }
    }

    @Test func `one idempotency key twice in a batch is one order and one debit`() async throws {
        let busy = try await BusyShop(cards: 64, deposit: .dinars(100_000))
        let results = await busy.race(64) { _ in try await busy.place(key: "one-key") }
        let placed = results.compactMap(\.value)
        #expect(placed.count == 64 && placed.filter { !$0.isRepeat }.count == 1)
        #expect(Set(placed.map(\.id)).count == 1)
        let balances = try await busy.balances()
        #expect(balances.held == .dinars(950) && balances.orderNumber == 1)
        #expect(try await busy.isClean())
        try await busy.close()
    }

    @Test func `one idempotency key twice in a batch with another body is refused, not bought`() async throws {
        let busy = try await BusyShop(cards: 64, deposit: .dinars(100_000))
        let results = await busy.race(32) { try await busy.place(ref: "body-\($0)", key: "one-key") }
        #expect(results.compactMap(\.value).count == 1)
        #expect(results.compactMap(\.problem).allSatisfy { $0 == .idempotencyMismatch(field: "ref") })
        #expect(results.compactMap(\.problem).count == 31)
        #expect(try await busy.balances().orderNumber == 1)
        try await busy.close()
    }

    @Test(arguments: [1, 2, 30, 366, 3650])
    func `an old idempotency key never becomes a new purchase`(days: Int) async throws {
        let desk = try await Desk()
        let first = try await desk.shop.place(key: "old-key")
        desk.shop.time.advance(by: .seconds(days * 86_400))
        let provisions = desk.shop.provisions()
        _ = try desk.shop.database.commit { try Reconciliation.endLives([first.id], provisions, in: $0) }
        let before = try Books(desk.shop)
        let again = try await desk.shop.place(key: "old-key")
        #expect(again.isRepeat && again.id == first.id && again.reference == first.reference)
        #expect(try Books(desk.shop) == before)
        await #expect(throws: Problem.idempotencyMismatch(field: "value")) {
            try await desk.shop.place(value: 500, key: "old-key")
        }
        #expect(try Books(desk.shop) == before)
    }

    @Test func `a refused purchase does not use its key up, and the next one with it buys once`() async throws {
        let shop = try await TestShop()
        await #expect(throws: Problem.outOfStock(type: .adsl, value: .dinars(1000))) {
            try await shop.place(key: "patient", in: shop.production)
        }
        try await shop.importCards("ADSL,1000,ARRIVED-LATER\nADSL,1000,NOT-WANTED")
        let first = try await shop.place(key: "patient", in: shop.production)
        #expect(!first.isRepeat)
        #expect(try await shop.place(key: "patient", in: shop.production).id == first.id)
        #expect(try await shop.balance(of: shop.production) == .dinars(9_050))
    }
}
