import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

/// What the owner sees of the stock, and takes out of it.
struct CardStockTests {
    private let shop: TestShop

    init() async throws {
        shop = try await TestShop()
    }

    private func void(_ serial: String) throws {
        try shop.database.commit { try CardStock.void(serial: serial, in: $0) }
    }

    @Test func `cards are counted by product and state, those about to expire apart`() async throws {
        let soon = CalendarDay(number: shop.today.number + 7)
        let later = CalendarDay(number: shop.today.number + 8)
        try await shop.bring(
            "ADSL,500,A\nADSL,1000,B,,\(soon)\nADSL,1000,C,,\(later)\nADSL,1000,D,,\(later)\n4G,500,E,,\(soon)")
        _ = try #require(try shop.reserve(try shop.product(), for: shop.freshOrder()))
        let today = shop.today
        let counts = try shop.database.look { try CardStock.counts(today: today, in: $0) }
        #expect(
            counts.map { "\($0.type.rawValue) \($0.value) \($0.state) \($0.count) \($0.expiring)" } == [
                "ADSL 500 available 1 0", "ADSL 1000 available 2 1", "ADSL 1000 reserved 1 0", "4G 500 available 1 1",
            ])
    }

    @Test func `an available card is taken out by its serial and is not for sale again`() async throws {
        try await shop.bring("ADSL,1000,ONE,S-1\nADSL,1000,TWO,S-2")
        try void("S-1")
        #expect(try shop.counts() == [.available: 1, .void: 1])
        let said = try await refusal { try void("S-1") }
        #expect(said == "The card with the serial 'S-1' is void: only an available card can be taken out.")
        let card = try #require(try shop.reserve(try shop.product(), for: shop.freshOrder()))
        #expect(try await shop.code(card) == "TWO")
        #expect(try shop.reserve(try shop.product(), for: shop.freshOrder()) == nil)
    }

    @Test func `a card that an order has is not taken out`() async throws {
        try await shop.bring("ADSL,1000,ONE,S-1")
        let order = shop.freshOrder()
        let card = try #require(try shop.reserve(try shop.product(), for: order))
        #expect(try await refusal { try void("S-1") }?.contains("is reserved") == true)
        _ = try shop.database.commit { try Cards.deliver(card, to: order, $0) }
        #expect(try await refusal { try void("S-1") }?.contains("is delivered") == true)
        #expect(try shop.counts() == [.delivered: 1])
    }

    @Test func `a serial that is unknown or shared names no card`() async throws {
        try await shop.bring("ADSL,1000,ONE,SAME\nADSL,500,TWO,SAME\nADSL,1000,THREE")
        #expect(try await refusal { try void("NONE") } == "No card in production stock has the serial 'NONE'.")
        #expect(try await refusal { try void("") } != nil)
        #expect(try await refusal { try void("SAME") }?.hasPrefix("Several cards have the serial 'SAME'") == true)
        #expect(try shop.counts() == [.available: 2])
    }

    @Test func `staff sees a card's serial and state and nothing else`() async throws {
        try await shop.bring("ADSL,1000,0012345678901234,S-1")
        let card = try #require(try shop.reserve(try shop.product(), for: shop.freshOrder()))
        let seen = try #require(try shop.database.look { try CardStock.find(card, in: $0) })
        #expect(seen.serial == "S-1")
        #expect(seen.state == .reserved)
        #expect(!"\(seen)".contains("1234"))
        let none: CardID = shop.identifiers.fresh(at: shop.time.now)
        #expect(try shop.database.look { try CardStock.find(none, in: $0) } == nil)
    }
}
