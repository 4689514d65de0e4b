import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// The transaction that sells.
struct PlacingTests {
    private func problem(_ body: () async throws -> some Any) async -> Problem? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test func `a sale takes its cost off the wallet, holds it and can be read at once`() async throws {
        let shop = try await TestShop()
        let placed = try await shop.place(ref: "order-1")
        #expect(placed.reference == "order-1")
        #expect(try await shop.balance() == .dinars(99_050))
        let order = try await shop.order(placed.id)
        #expect(order.status == .handling)
        #expect(order.value == .dinars(1000))
        #expect(try await shop.orders.find(.reference("order-1"), in: shop.sandbox).id == placed.id)
        #expect(try await shop.audit().isClean)
    }

    @Test func `without a reference the server makes one`() async throws {
        let shop = try await TestShop()
        let placed = try await shop.place()
        #expect(placed.reference.hasPrefix("internet-\(shop.time.now.milliseconds)-"))
        #expect(placed.reference.count == "internet-".count + 13 + 1 + 6)
    }

    @Test func `a reference is for ever, whatever became of its order`() async throws {
        let shop = try await TestShop()
        let placed = try await shop.place(ref: "once")
        let balance = try await shop.balance()
        #expect(
            await problem { try await shop.place("031417237", value: 500, ref: "once") }
                == .duplicatedReference(reference: "once", order: placed.id, status: .handling))
        #expect(try await shop.balance() == balance)
        let provisions = shop.provisions()
        try shop.database.commit { try StaffSteps.refund(placed.id, reason: "test", provisions, in: $0) }
        #expect(
            await problem { try await shop.place(ref: "once") }
                == .duplicatedReference(reference: "once", order: placed.id, status: .refunded))
    }

    @Test func `references are compared byte for byte`() async throws {
        let shop = try await TestShop()
        try await shop.place(ref: "caf\u{e9}")
        try await shop.place(ref: "cafe\u{301}")
        try await shop.place(ref: "CAF\u{e9}")
        #expect(try await shop.balance() == .dinars(100_000 - 3 * 950))
    }

    @Test func `a refused sale leaves its reference free and the wallet alone`() async throws {
        let shop = try await TestShop()
        #expect(await problem { try await shop.place("036", ref: "r") } != nil)
        #expect(await problem { try await shop.place(value: 777, ref: "r") } != nil)
        #expect(try await shop.balance() == .dinars(100_000))
        #expect(try await shop.place(ref: "r").reference == "r")
    }

    @Test func `refusals come in the contract's order`() async throws {
        let shop = try await TestShop()
        try await shop.place(ref: "taken")
        // A bad number before a taken reference.
        guard case .phone = await problem({ try await shop.place("123", ref: "taken") }) else {
            Issue.record("the number was not refused first")
            return
        }
        // A taken reference before an unknown value.
        guard case .duplicatedReference = await problem({ try await shop.place(value: 777, ref: "taken") }) else {
            Issue.record("the reference was not refused before the value")
            return
        }
        // An unknown value before stock and balance: production has no cards and little money.
        guard case .invalid = await problem({ try await shop.place(value: 777, in: shop.production) }) else {
            Issue.record("the value was not refused before the stock")
            return
        }
        // No stock before no money.
        let poor = WalletID(account: try shop.openAccount("+213555000009"), environment: .production)
        #expect(
            await problem { try await shop.place(in: poor) }
                == .outOfStock(type: .adsl, value: .dinars(1000)))
        try await shop.importCards("ADSL,1000,1111222233334444")
        #expect(
            await problem { try await shop.place(in: poor) }
                == .insufficientBalance(required: .dinars(950), available: .zero))
    }

    @Test func `a withdrawn value stays listed and is out of stock`() async throws {
        let shop = try await TestShop()
        try shop.database.commit { try Products.withdraw(.adsl, .dinars(1000), in: $0) }
        #expect(
            await problem { try await shop.place() } == .outOfStock(type: .adsl, value: .dinars(1000)))
        let lines = try await Stock(database: shop.database, time: shop.time).catalogue(of: .adsl, for: shop.sandbox)
        #expect(lines.map(\.isAvailable) == [true, false])
    }

    @Test func `an account pays its own price`() async throws {
        let shop = try await TestShop()
        let account = shop.account
        try shop.database.commit {
            try Products.price(
                .adsl, .dinars(1000), cost: Money(centimes: 93_013), for: account, in: $0)
        }
        try await shop.place()
        #expect(try await shop.balance() == Money(centimes: 10_000_000 - 93_013))
        let other = WalletID(account: try shop.openAccount("+213555000009"), environment: .sandbox)
        try await shop.place(in: other)
        #expect(try await shop.balance(of: other) == .dinars(99_050))
    }

    @Test func `a production sale reserves the card that expires first, then that of the oldest batch`() async throws {
        let shop = try await TestShop()
        try await shop.importCards("ADSL,1000,CODE-NEVER")
        try await shop.importCards("ADSL,1000,CODE-LATE,,2031-01-01\nADSL,1000,CODE-SOON,,2030-01-01")
        var codes: [String] = []
        for _ in 0..<3 {
            let placed = try await shop.place(in: shop.production)
            let provisions = shop.provisions()
            let done = try shop.database.commit {
                try Claims.deliverReserved(.voucher, limit: 8, provisions, in: $0)
            }
            #expect(done == [placed.id])
            let order = try await shop.order(placed.id, in: shop.production)
            let card = try #require(order.delivery?.card)
            codes.append(try await shop.reveals.codes(of: [card], for: KeyID(1))[card] ?? "")
        }
        #expect(codes == ["CODE-SOON", "CODE-LATE", "CODE-NEVER"])
        #expect(try await shop.audit().isClean)
    }

    @Test func `a card within its last seven days is neither available nor reserved`() async throws {
        let shop = try await TestShop()
        try await shop.importCards("ADSL,1000,OLD,,2099-01-08")
        let day = try #require(CalendarDay("2099-01-01"))
        shop.time.jump(by: day.start.since(shop.time.now))
        guard case .outOfStock = await problem({ try await shop.place(in: shop.production) }) else {
            Issue.record("a card in its margin was sold")
            return
        }
        shop.time.jump(by: .seconds(-7200))
        #expect(try await shop.place(in: shop.production).reference.hasPrefix("internet-"))
    }

    @Test func `the sandbox refuses its numbers 7 to 9 and production does not know them`() async throws {
        let shop = try await TestShop()
        guard case .phone = await problem({ try await shop.place("000000007") }) else {
            Issue.record("7 was not refused")
            return
        }
        #expect(await problem { try await shop.place("000000008") } == .outOfStock(type: .adsl, value: .dinars(1000)))
        #expect(
            await problem { try await shop.place("000000009") }
                == .insufficientBalance(required: .dinars(950), available: .zero))
        try await shop.importCards("ADSL,1000,A-CODE\nADSL,1000,B-CODE\nADSL,1000,C-CODE")
        for number in ["000000007", "000000008", "000000009"] {
            try await shop.place(number, in: shop.production)
        }
    }

    @Test func `the same idempotency key and the same fields give the accepted answer again`() async throws {
        let shop = try await TestShop()
        let first = try await shop.place(ref: "a", key: "k")
        let again = try await shop.place(ref: "a", key: "k")
        #expect(again.id == first.id)
        #expect(!first.isRepeat)
        #expect(again.isRepeat)
        let unnamed = try await shop.place(key: "l")
        #expect(try await shop.place(key: "l").reference == unnamed.reference)
        #expect(try await shop.balance() == .dinars(100_000 - 2 * 950))
    }

    @Test func `an idempotency key with another field names the field`() async throws {
        let shop = try await TestShop()
        try await shop.place(ref: "a", key: "k")
        #expect(
            await problem { try await shop.place("031417237", ref: "a", key: "k") }
                == .idempotencyMismatch(field: "number"))
        #expect(
            await problem { try await shop.place(value: 500, ref: "a", key: "k") }
                == .idempotencyMismatch(field: "value"))
        #expect(await problem { try await shop.place(ref: "b", key: "k") } == .idempotencyMismatch(field: "ref"))
        #expect(await problem { try await shop.place(key: "k") } == .idempotencyMismatch(field: "ref"))
        #expect(
            await problem { try await shop.place("213472731602", .fourG, ref: "a", key: "k") }
                == .idempotencyMismatch(field: "type"))
    }

    @Test func `only an accepted order uses a key up, and a key belongs to its wallet`() async throws {
        let shop = try await TestShop()
        #expect(await problem { try await shop.place(value: 777, key: "k") } != nil)
        try await shop.place(key: "k")
        try await shop.importCards("ADSL,1000,A-CODE")
        let other = try await shop.place(key: "k", in: shop.production)
        #expect(!other.isRepeat)
    }

    @Test func `wallets never see each other's orders, references or money`() async throws {
        let shop = try await TestShop()
        let other = WalletID(account: try shop.openAccount("+213555000009"), environment: .sandbox)
        let placed = try await shop.place(ref: "mine")
        for wallet in [other, shop.production] {
            #expect(
                await problem { try await shop.order(placed.id, in: wallet) }
                    == .orderNotFound(.id(placed.id.description)))
            #expect(
                await problem { try await shop.orders.find(.reference("mine"), in: wallet) }
                    == .orderNotFound(.reference("mine")))
            #expect(try await shop.orders.list(PageRequest(), filter: OrderFilter(), in: wallet).total == 0)
            #expect(
                try await shop.orders.list(PageRequest(), filter: OrderFilter(query: "mine"), in: wallet).total == 0)
        }
        try await shop.place(ref: "mine", in: other)
        #expect(try await shop.balance() == .dinars(99_050))
    }
}
