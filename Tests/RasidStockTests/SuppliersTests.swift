import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// What the shop keeps of operators that are called over a wire.
struct SuppliersTests {
    private let shop: TestShop
    private let kiosk: OperatorID

    init() async throws {
        shop = try await TestShop()
        kiosk = try shop.database.commit { try Routes.add("kiosk", kind: "gateway", in: $0).id }
        let sealed = try shop.vault.seal(secret: "a made-up secret", of: kiosk)
        let settings = OperatorSettings(
            operatorID: kiosk, url: "http://127.0.0.1:9/", sealedSecret: sealed, deadline: .seconds(60),
            settlingTime: .seconds(120), concurrency: 8)
        try shop.database.commit { try settings.keep(in: $0) }
    }

    private func offer(_ value: Int64) throws -> Offer? {
        let (wallet, today) = (shop.production, shop.time.now.dayInAlgiers)
        return try shop.database.look { try Offers.find(.adsl, .dinars(value), for: wallet, today: today, in: $0) }
    }

    private func route(_ names: String...) throws {
        try shop.database.commit { try Routes.set(.adsl, nil, to: names, in: $0) }
    }

    private func says(_ value: Int64, _ isAvailable: Bool) -> SupplierOffer {
        SupplierOffer(
            type: .adsl, value: .dinars(value), cost: .dinars(value - 20), isAvailable: isAvailable,
            seenAt: shop.time.now)
    }

    @Test func `settings come back as they were kept, and are kept once`() throws {
        let kept = try shop.database.look { try OperatorSettings.find(kiosk, in: $0) }
        var settings = try #require(kept)
        #expect(settings.dailyCap == nil && settings.concurrency == 8 && !settings.isPaused)
        (settings.dailyCap, settings.lowBalance, settings.isPaused) = (.dinars(5000), .zero, true)
        let changed = settings
        try shop.database.commit { try changed.keep(in: $0) }
        #expect(try shop.database.look { try OperatorSettings.all(in: $0) } == [changed])
    }

    @Test func `a secret opens for its own operator and its own vault alone`() async throws {
        let sealed = try shop.vault.seal(secret: "a made-up secret", of: kiosk)
        #expect(try shop.vault.openSecret(sealed, of: kiosk) == "a made-up secret")
        #expect(throws: StoreFailure.self) { try shop.vault.openSecret(sealed, of: .voucher) }
        let other = try await TestShop(seed: 2)
        let stranger = other.vault
        #expect(throws: StoreFailure.self) { try stranger.openSecret(sealed, of: kiosk) }
        #expect(!String(decoding: sealed, as: UTF8.self).contains("made-up"))
    }

    @Test(arguments: ["", "-kiosk", "Kiosk", "a b", "kiösk", String(repeating: "a", count: 33), "kiosk"])
    func `a name that cannot be written plainly, or is taken, is refused`(name: String) throws {
        #expect(throws: Refusal.self) {
            try shop.database.commit { _ = try Routes.add(name, kind: "gateway", in: $0) }
        }
    }

    @Test func `a supplier that has not told what it sells is tried with anything`() throws {
        try route("kiosk")
        #expect(try offer(1000)?.isAvailable == true)
        #expect(try offer(1000)?.operatorID == kiosk)
    }

    @Test func `what a supplier says last drives what is available`() throws {
        try route("kiosk")
        let first = [says(500, true), says(1000, false)]
        try shop.database.commit { try SupplierOffers.replace(first, of: kiosk, in: $0) }
        #expect(try offer(500)?.isAvailable == true)
        #expect(try offer(1000)?.isAvailable == false)
        let second = [says(1000, true)]
        try shop.database.commit { try SupplierOffers.replace(second, of: kiosk, in: $0) }
        // What it sells no more it does not have.
        #expect(try offer(500)?.isAvailable == false)
        #expect(try offer(1000)?.isAvailable == true)
    }

    @Test func `a new order goes to the first of the route that has the value`() async throws {
        try route("voucher", "kiosk")
        #expect(try offer(1000)?.operatorID == kiosk)
        try await shop.importCards("type,value,code\nADSL,1000,1234567890123456")
        #expect(try offer(1000)?.operatorID == .voucher)
        _ = try await shop.place(in: shop.production)
        #expect(try offer(1000)?.operatorID == kiosk)
        let none = [says(1000, false)]
        try shop.database.commit { try SupplierOffers.replace(none, of: kiosk, in: $0) }
        #expect(try offer(1000)?.isAvailable == false)
    }

    @Test func `the sandbox asks no supplier`() throws {
        try route("kiosk")
        let none = [says(1000, false)]
        try shop.database.commit { try SupplierOffers.replace(none, of: kiosk, in: $0) }
        let (wallet, today) = (shop.sandbox, shop.time.now.dayInAlgiers)
        let offer = try shop.database.look { try Offers.find(.adsl, .dinars(1000), for: wallet, today: today, in: $0) }
        #expect(offer?.isAvailable == true && offer?.operatorID == .simulator)
    }

    @Test func `a day's cap is never gone beyond, and what was not bought is given back`() throws {
        let (kiosk, day) = (kiosk, shop.time.now.dayInAlgiers)
        func spend(_ value: Int64, on day: CalendarDay) throws -> Bool {
            try shop.database.commit {
                try SupplierBudget.spend(.dinars(value), at: kiosk, on: day, cap: .dinars(1500), in: $0)
            }
        }
        #expect(try spend(1000, on: day))
        #expect(try !spend(1000, on: day))
        #expect(try spend(500, on: day))
        try shop.database.commit { try SupplierBudget.giveBack(.dinars(1000), at: kiosk, on: day, in: $0) }
        #expect(try shop.database.look { try SupplierBudget.spent(at: kiosk, on: day, in: $0) } == .dinars(500))
        #expect(try spend(1000, on: day))
        #expect(try spend(1500, on: CalendarDay(number: day.number + 1)))
    }
}
