import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

/// How a card moves: reserved, delivered, put back, suspect.
struct CardsTests {
    private let shop: TestShop
    private let product: Product

    init() async throws {
        shop = try await TestShop()
        product = try shop.product()
    }

    private func codes(_ cards: [CardID]) async throws -> [String?] {
        let codes = try await shop.reveals.codes(of: cards, for: KeyID(1))
        return cards.map { codes[$0] }
    }

    @Test func `the earliest expiry is reserved first, then the oldest batch, then what never expires`() async throws {
        for csv in ["ADSL,1000,NEVER-1", "ADSL,1000,LATE,,2031-01-01", "ADSL,1000,SOON-2,,2030-01-01"] {
            try await shop.bring(csv)
        }
        try await shop.bring("ADSL,1000,NEVER-2\nADSL,1000,SOON-3,,2030-01-01\nADSL,500,WRONG,,2029-01-01")
        var cards: [CardID] = []
        while let card = try shop.reserve(product, for: shop.freshOrder()) { cards.append(card) }
        #expect(try await codes(cards) == ["SOON-2", "SOON-3", "LATE", "NEVER-1", "NEVER-2"])
        #expect(try shop.counts() == [.reserved: 5])
    }

    @Test func `production's cards are not the sandbox's`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        let (order, today) = (shop.freshOrder(), shop.today)
        let card = try shop.database.commit { [product] in
            try Cards.reserve(product.id, in: .sandbox, for: order, today: today, $0)
        }
        #expect(card == nil)
    }

    @Test func `a card that expires within seven days is neither available nor reserved`() async throws {
        let today = shop.today
        for days in [0, 6, 7] as [Int64] {
            let day = CalendarDay(number: today.number + days)
            try await shop.bring("ADSL,1000,IN-\(days),,\(day)")
        }
        func isAvailable() throws -> Bool {
            try shop.database.look { try Cards.isAvailable(product.id, in: .production, today: today, $0) }
        }
        #expect(try !isAvailable())
        #expect(try shop.reserve(product, for: shop.freshOrder()) == nil)
        try await shop.bring("ADSL,1000,IN-8,,\(CalendarDay(number: today.number + 8))")
        #expect(try isAvailable())
        let card = try #require(try shop.reserve(product, for: shop.freshOrder()))
        #expect(try await codes([card]) == ["IN-8"])
    }

    @Test func `one order has one card, by the store's own index`() async throws {
        try await shop.bring("ADSL,1000,ONE\nADSL,1000,TWO")
        let order = shop.freshOrder()
        _ = try #require(try shop.reserve(product, for: order))
        #expect(throws: StoreFailure.self) { try shop.reserve(product, for: order) }
        #expect(try shop.counts() == [.available: 1, .reserved: 1])
    }

    @Test func `a card put back is for sale again and belongs to nobody`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        let first = shop.freshOrder()
        let card = try #require(try shop.reserve(product, for: first))
        try shop.database.commit { try Cards.putBack(card, of: first, $0) }
        #expect(try shop.counts() == [.available: 1])
        #expect(try shop.number("SELECT count(*) FROM cards WHERE order_id IS NOT NULL") == 0)
        #expect(try shop.reserve(product, for: shop.freshOrder()) == card)
    }

    @Test func `a suspect card is never for sale again and keeps its order`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        let order = shop.freshOrder()
        let card = try #require(try shop.reserve(product, for: order))
        try shop.database.commit { try Cards.suspect(card, of: order, $0) }
        #expect(try shop.counts() == [.suspect: 1])
        #expect(try shop.reserve(product, for: shop.freshOrder()) == nil)
        #expect(try shop.number("SELECT count(*) FROM cards WHERE order_id IS NOT NULL") == 1)
    }

    @Test func `a card is delivered to its own order, once, with its serial`() async throws {
        try await shop.bring("ADSL,1000,ONE,S-1\nADSL,1000,TWO")
        let orders = [shop.freshOrder(), shop.freshOrder()]
        let cards = try orders.map { try #require(try shop.reserve(product, for: $0)) }
        #expect(throws: StoreFailure.self) {
            try shop.database.commit { try Cards.deliver(cards[0], to: orders[1], $0) }
        }
        #expect(try shop.database.commit { try Cards.deliver(cards[0], to: orders[0], $0) } == "S-1")
        #expect(try shop.database.commit { try Cards.deliver(cards[1], to: orders[1], $0) } == nil)
        #expect(throws: StoreFailure.self) {
            try shop.database.commit { try Cards.deliver(cards[0], to: orders[0], $0) }
        }
        #expect(try shop.counts() == [.delivered: 2])
    }

    @Test func `a delivered card never moves again`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        let order = shop.freshOrder()
        let card = try #require(try shop.reserve(product, for: order))
        _ = try shop.database.commit { try Cards.deliver(card, to: order, $0) }
        #expect(throws: StoreFailure.self) { try shop.database.commit { try Cards.putBack(card, of: order, $0) } }
        #expect(throws: StoreFailure.self) { try shop.database.commit { try Cards.suspect(card, of: order, $0) } }
        #expect(try shop.counts() == [.delivered: 1])
    }

    @Test func `a card of one order does not move for another`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        let (order, stranger) = (shop.freshOrder(), shop.freshOrder())
        let card = try #require(try shop.reserve(product, for: order))
        #expect(throws: StoreFailure.self) { try shop.database.commit { try Cards.putBack(card, of: stranger, $0) } }
        #expect(throws: StoreFailure.self) { try shop.database.commit { try Cards.suspect(card, of: stranger, $0) } }
        #expect(try shop.counts() == [.reserved: 1])
    }

    @Test func `the schema itself keeps states and owners together`() async throws {
        try await shop.bring("ADSL,1000,ONE")
        for sql in [
            "UPDATE cards SET state = 2", "UPDATE cards SET state = 3", "UPDATE cards SET order_id = x'00'",
            "UPDATE cards SET state = 6", "UPDATE cards SET fingerprint = NULL", "UPDATE cards SET sealed = NULL",
        ] {
            #expect(throws: StoreFailure.self, "\(sql)") { try shop.plant(sql) }
        }
        #expect(try shop.counts() == [.available: 1])
    }
}
