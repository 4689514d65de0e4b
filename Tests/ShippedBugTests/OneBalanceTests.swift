import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// Balances that were read, decided about, and written too late; amounts that no one had thought of.
struct OneBalanceTests {
    @Test func `many holds against one balance at once take no more than there is`() async throws {
        let busy = try await BusyShop(cards: 64, deposit: .dinars(950 * 10 + 949))
        let results = await busy.race(64) { try await busy.place(ref: "hold-\($0)") }
        #expect(results.compactMap(\.value).count == 10)
        let refused = results.compactMap(\.problem)
        #expect(refused.count == 54)
        #expect(refused.allSatisfy { $0 == .insufficientBalance(required: .dinars(950), available: .dinars(949)) })
        let balances = try await busy.balances()
        #expect(balances.wallet == .dinars(949) && balances.held == .dinars(9500) && balances.orderNumber == 10)
        #expect(try await busy.isClean())
        try await busy.close()
    }

    @Test func `a decision on a stale read buys nothing: the debit looks again`() async throws {
        let shop = try await TestShop()
        try await shop.importCards("ADSL,1000,STALE-ONE\nADSL,1000,STALE-TWO")
        // Whoever reads now sees 10,000 DZD; it is gone before the sale.
        let read = try await shop.balance(of: shop.production)
        let (wallet, now) = (shop.production, shop.time.now)
        let id: TransferID = shop.identifiers.fresh(at: now)
        _ = try shop.database.commit {
            try Cash.withdraw(Cash.Movement(wallet: wallet, amount: .dinars(9_500)), as: id, at: now, in: $0)
        }
        #expect(read == .dinars(10_000))
        await #expect(throws: Problem.insufficientBalance(required: .dinars(950), available: .dinars(500))) {
            try await shop.place(in: shop.production)
        }
        #expect(try await shop.balance(of: shop.production) == .dinars(500))
        #expect(try await shop.audit().isClean)
    }

    @Test func `withdrawals and sales at once never leave less than nothing`() async throws {
        let busy = try await BusyShop(cards: 32, deposit: .dinars(950 * 12))
        let wallet = busy.wallet
        let ids: [TransferID] = (0..<32).map { _ in busy.identifiers.fresh(at: SystemTime().now) }
        let results = await busy.race(64) { number in
            guard number.isMultiple(of: 2) else { return _ = try await busy.place(ref: "both-\(number)") }
            let movement = Cash.Movement(wallet: wallet, amount: .dinars(950))
            _ = try await busy.database.write {
                try Cash.withdraw(movement, as: ids[number / 2], at: SystemTime().now, in: $0)
            }
        }
        #expect(results.compactMap(\.value).count == 12)
        #expect(try await busy.balances().wallet == .zero)
        #expect(try await busy.isClean())
        try await busy.close()
    }

    @Test(arguments: [Money.zero, Money(centimes: -1), .dinars(-950), Money(centimes: .min)])
    func `nothing and less than nothing is neither paid in, paid out, priced nor sold`(amount: Money) async throws {
        let shop = try await TestShop()
        try await shop.importCards("ADSL,1000,NEVER-FREE")
        let before = try Books(shop)
        let (wallet, account, now) = (shop.production, shop.account, shop.time.now)
        let id: TransferID = shop.identifiers.fresh(at: now)
        let attempts: [@Sendable (Transaction) throws -> Void] = [
            { _ = try Cash.deposit(Cash.Movement(wallet: wallet, amount: amount), as: id, at: now, in: $0) },
            { _ = try Cash.withdraw(Cash.Movement(wallet: wallet, amount: amount), as: id, at: now, in: $0) },
            { try Products.price(.adsl, .dinars(1000), cost: amount, for: nil, in: $0) },
            { try Products.price(.adsl, .dinars(1000), cost: amount, for: account, in: $0) },
            { _ = try Products.add(.adsl, amount, cost: nil, in: $0) },
            { _ = try Products.add(.adsl, .dinars(7000), cost: amount, in: $0) },
        ]
        for attempt in attempts { #expect(throws: Refusal.self) { try shop.database.commit(attempt) } }
        await #expect(throws: Problem.self) {
            try await shop.orders.place(
                PlaceRequest(
                    type: .adsl, number: "036362608", value: amount, reference: nil, idempotencyKey: nil),
                in: shop.production)
        }
        #expect(try Books(shop) == before)
        #expect(try shop.database.look { try Products.find(.adsl, .dinars(1000), in: $0)?.cost } == .dinars(950))
    }

    @Test func `no deposit overflows a balance`() async throws {
        let shop = try await TestShop()
        #expect(throws: Refusal.self) { try shop.deposit(Money(centimes: .max), to: shop.production) }
        #expect(throws: Refusal.self) { try shop.deposit(Cash.largest + Money(centimes: 1), to: shop.production) }
        #expect(try await shop.balance(of: shop.production) == .dinars(10_000))
    }
}
