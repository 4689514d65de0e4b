import RasidBase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// Many at once on the real threaded store; run under the thread sanitizer by `scripts/test --thread-sanitizer`.
@Suite struct RaceTests {
    @Test func `64 clients that send one reference at once make one order and one debit`() async throws {
        for round in 0..<Rounds.count {
            let shop = try await ThreadedShop(cards: 64, deposit: .dinars(100_000))
            let results = await together(64) { _ in await shop.place(ref: "the-one") }
            let placed = results.compactMap { try? $0.get() }
            #expect(placed.count == 1, "round \(round)")
            let id = try #require(placed.first?.id)
            #expect(placed.filter(\.isRepeat).isEmpty)
            let refusals = results.compactMap(\.problem)
            #expect(refusals.count == 63)
            #expect(
                refusals.allSatisfy {
                    $0 == .duplicatedReference(reference: "the-one", order: id, status: .handling)
                })
            let balances = try await shop.balances()
            #expect(balances.wallet == .dinars(99_050) && balances.held == .dinars(950))
            #expect(balances.orderNumber == 1)
            #expect(try await shop.stock() == [.available: 63, .reserved: 1])
            #expect(try await shop.audit().findings.isEmpty, "round \(round)")
            try await shop.close()
        }
    }

    @Test func `500 clients race for 50 cards with money for 40, and exactly 40 are sold`() async throws {
        for round in 0..<Rounds.count {
            let shop = try await ThreadedShop(cards: 50, deposit: .dinars(950 * 40))
            let sold = try await race(500, in: shop, round: round)
            #expect(sold == 40, "round \(round)")
            #expect(try await shop.balances().wallet == .zero)
            #expect(try await shop.stock() == [.available: 10, .delivered: 40])
            try await shop.close()
        }
    }

    @Test func `500 clients race for 50 cards with money for 60, and exactly 50 are sold`() async throws {
        for round in 0..<Rounds.count {
            let shop = try await ThreadedShop(cards: 50, deposit: .dinars(950 * 60))
            let sold = try await race(500, in: shop, round: round)
            #expect(sold == 50, "round \(round)")
            #expect(try await shop.balances().wallet == .dinars(9500))
            #expect(try await shop.stock() == [.delivered: 50])
            try await shop.close()
        }
    }

    /// All buy while another task delivers; the books are looked at once everything is delivered.
    private func race(_ clients: Int, in shop: ThreadedShop, round: Int) async throws -> Int {
        let results = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    _ = try await shop.deliver()
                }
            }
            let results = await together(clients) { await shop.place(ref: "order-\($0)") }
            group.cancelAll()
            try await group.waitForAll()
            return results
        }
        while try await shop.deliver() > 0 {}
        let allowed = results.compactMap(\.problem).allSatisfy { problem in
            switch problem {
            case .outOfStock(.adsl, .dinars(1000)): true
            case .insufficientBalance(let required, let available): required == .dinars(950) && available < required
            default: false
            }
        }
        #expect(allowed, "round \(round)")
        let placed = results.compactMap { try? $0.get() }
        #expect(Set(placed.map(\.id)).count == placed.count)
        #expect(try await shop.balances().held == .zero)
        #expect(try await shop.audit().findings.isEmpty, "round \(round)")
        return placed.count
    }

    @Test func `a simultaneous repeat with one idempotency key gets the first one's answer`() async throws {
        for round in 0..<Rounds.count {
            let shop = try await ThreadedShop(cards: 64, deposit: .dinars(100_000))
            let results = await together(64) { _ in await shop.place(ref: nil, key: "one-key") }
            let placed = results.compactMap { try? $0.get() }
            #expect(placed.count == 64, "round \(round)")
            #expect(placed.filter { !$0.isRepeat }.count == 1)
            #expect(Set(placed.map(\.id)).count == 1 && Set(placed.map(\.reference)).count == 1)
            #expect(try await shop.balances().held == .dinars(950))
            #expect(try await shop.audit().findings.isEmpty, "round \(round)")
            try await shop.close()
        }
    }

    @Test func `one key and one reference in both environments at once are two orders`() async throws {
        let shop = try await ThreadedShop(cards: 64, deposit: .dinars(100_000))
        let results = await together(64) { number in
            await shop.place(
                ref: "same", key: "same", in: number.isMultiple(of: 2) ? shop.production : shop.sandbox)
        }
        let placed = results.compactMap { try? $0.get() }
        #expect(placed.count == 64 && placed.filter { !$0.isRepeat }.count == 2)
        #expect(Set(placed.map(\.id)).count == 2)
        #expect(try await shop.balances().orderNumber == 1)
        #expect(try await shop.balances(of: shop.sandbox).orderNumber == 1)
        #expect(try await shop.audit().isClean)
        try await shop.close()
    }
}
