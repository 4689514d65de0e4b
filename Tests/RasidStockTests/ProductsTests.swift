import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

/// What the shop sells and what each account pays.
struct ProductsTests {
    private let shop: TestShop

    init() async throws {
        shop = try await TestShop()
    }

    private func add(_ value: Money, cost: Money? = nil) throws -> Product {
        try shop.database.commit { try Products.add(.adsl, value, cost: cost, in: $0) }
    }

    private func price(_ value: Int64, _ cost: Money, for account: AccountID? = nil) throws {
        try shop.database.commit { try Products.price(.adsl, .dinars(value), cost: cost, for: account, in: $0) }
    }

    private func offer(_ value: Int64 = 1000, for wallet: WalletID? = nil) throws -> Offer? {
        let wallet = wallet ?? shop.production
        let today = shop.time.now.dayInAlgiers
        return try shop.database.look {
            try Offers.find(.adsl, .dinars(value), for: wallet, today: today, in: $0)
        }
    }

    private func catalogue(_ wallet: WalletID? = nil) async throws -> [CatalogueLine] {
        try await Stock(database: shop.database, time: shop.time).catalogue(of: .adsl, for: wallet ?? shop.production)
    }

    @Test(arguments: [
        (Money.dinars(500), Money.dinars(475)), (.dinars(1000), .dinars(950)),
        (Money(centimes: 133), Money(centimes: 126)), (Money(centimes: 2), Money(centimes: 1)),
    ])
    func `everybody pays 95 percent unless told otherwise, rounded down to a centime`(value: Money, cost: Money) {
        #expect(Products.usualCost(of: value) == cost)
    }

    @Test func `a value is added once, and again when it was withdrawn`() throws {
        let first = try add(.dinars(2000))
        #expect(first.cost == .dinars(1900))
        #expect(first.isActive)
        #expect(try add(.dinars(2000)).id == first.id)
        try shop.database.commit { try Products.withdraw(.adsl, .dinars(2000), in: $0) }
        #expect(try offer(2000)?.isAvailable == false)
        #expect(try add(.dinars(2000)).isActive)
    }

    @Test func `a product that comes back costs what it did before`() throws {
        try price(1000, .dinars(930))
        try shop.database.commit { try Products.withdraw(.adsl, .dinars(1000), in: $0) }
        #expect(try add(.dinars(1000)).cost == .dinars(930))
    }

    @Test func `what cannot be sold is refused`() async throws {
        for value in [Money.zero, .dinars(-5), Money(centimes: 1), .dinars(10_000_001)] {
            #expect(try await refusal { _ = try add(value) } != nil, "\(value)")
        }
        #expect(try await refusal { _ = try add(.dinars(2000), cost: .zero) } != nil)
        #expect(try await refusal { try price(1000, .dinars(-1)) } != nil)
        #expect(try await refusal { try price(1234, .dinars(1)) }?.contains("rasid product add ADSL 1234") == true)
        #expect(
            try await refusal { try shop.database.commit { try Products.withdraw(.fourG, .dinars(7), in: $0) } } != nil)
    }

    @Test func `an account's own price is its own, in both environments, and stands above the common one`() throws {
        let other = try shop.openAccount("+213555000009")
        try price(1000, Money(centimes: 93_013), for: shop.account)
        try price(1000, .dinars(940))
        #expect(try offer()?.cost == Money(centimes: 93_013))
        #expect(try offer(for: shop.sandbox)?.cost == Money(centimes: 93_013))
        #expect(try offer(for: WalletID(account: other, environment: .production))?.cost == .dinars(940))
        try price(1000, .dinars(900), for: shop.account)
        #expect(try offer()?.cost == .dinars(900))
        #expect(try offer(500)?.cost == .dinars(475))
    }

    @Test func `a value that was never sold has no offer`() throws {
        #expect(try offer(777) == nil)
    }

    @Test func `production sells the shop's own cards, the sandbox is made up`() throws {
        let production = try #require(try offer())
        #expect(production.operatorID == .voucher)
        #expect(production.needsCard)
        let sandbox = try #require(try offer(for: shop.sandbox))
        #expect(sandbox.operatorID == .simulator)
        #expect(!sandbox.needsCard)
    }

    @Test func `the catalogue lists every value ever sold, ascending`() async throws {
        _ = try add(.dinars(2000))
        _ = try add(.dinars(100))
        try await shop.bring("ADSL,1000,ONE\nADSL,2000,TWO")
        try shop.database.commit { try Products.withdraw(.adsl, .dinars(2000), in: $0) }
        let lines = try await catalogue()
        #expect(lines.map(\.value) == [.dinars(100), .dinars(500), .dinars(1000), .dinars(2000)])
        #expect(lines.map(\.isAvailable) == [false, false, true, false])
        #expect(try await catalogue(shop.sandbox).map(\.isAvailable) == [true, true, true, false])
        #expect(lines.map(\.cost) == [.dinars(95), .dinars(475), .dinars(950), .dinars(1900)])
    }

    @Test func `the last card that is set aside makes a value unavailable`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        let order = shop.freshOrder()
        let card = try #require(try shop.reserve(try shop.product(), for: order))
        #expect(try await catalogue().map(\.isAvailable) == [false, false])
        try shop.database.commit { try Cards.putBack(card, of: order, $0) }
        #expect(try await catalogue().map(\.isAvailable) == [false, true])
    }

    @Test func `the day is that of Algiers, an hour ahead`() async throws {
        #expect(Timestamp(milliseconds: 0).dayInAlgiers == CalendarDay(number: 0))
        let lastHour = Timestamp(milliseconds: 86_400_000 - 3_600_000)
        #expect(lastHour.dayInAlgiers == CalendarDay(number: 1))
        #expect(Timestamp(milliseconds: lastHour.milliseconds - 1).dayInAlgiers == CalendarDay(number: 0))
    }
}
