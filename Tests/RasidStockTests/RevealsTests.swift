import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

/// Every opening of a code is told of, the first before the code is shown (law 4).
struct RevealsTests {
    private let shop: TestShop
    private let store: FaultyStore
    private let reveals: Reveals
    private let card: CardID

    init() async throws {
        shop = try await TestShop()
        store = FaultyStore(shop.database)
        reveals = Reveals(database: store, vault: shop.vault, time: shop.time)
        try await shop.bring("ADSL,1000,0012345678901234")
        card = try #require(try shop.reserve(try shop.product(), for: shop.freshOrder()))
    }

    private struct Row: Equatable {
        let key: Int64
        let first: Timestamp
        let last: Timestamp
        let count: Int64
    }

    private static let select = Statement("SELECT key_id, first_at, last_at, count FROM reveals ORDER BY key_id")

    private func rows() throws -> [Row] {
        try shop.database.look {
            try $0.all(Self.select) {
                Row(key: $0.integer(0), first: $0.time(1), last: $0.time(2), count: $0.integer(3))
            }
        }
    }

    private func open(_ key: Int64 = 1) async throws -> String? {
        try await reveals.codes(of: [card], for: KeyID(key))[card]
    }

    @Test func `the first opening stands in the store when the code is shown`() async throws {
        #expect(try await open() == "0012345678901234")
        #expect(try rows() == [Row(key: 1, first: shop.time.now, last: shop.time.now, count: 1)])
    }

    @Test func `what cannot be written down is not shown`() async throws {
        store.shut(true)
        await #expect(throws: StoreFailure.self) { try await open() }
        #expect(try rows().isEmpty)
        store.shut(false)
        #expect(try await open() == "0012345678901234")
    }

    @Test func `repeats are shown at once and counted later`() async throws {
        let first = shop.time.now
        _ = try await open()
        shop.time.advance(by: .seconds(5))
        store.shut(true)
        for _ in 0..<3 { #expect(try await open() == "0012345678901234") }
        store.shut(false)
        #expect(try rows().map(\.count) == [1])
        shop.time.advance(by: .seconds(5))
        try await reveals.flush()
        #expect(try rows() == [Row(key: 1, first: first, last: shop.time.now, count: 4)])
        try await reveals.flush()
        #expect(try rows().map(\.count) == [4])
    }

    @Test func `repeats that the store refused are counted when it works again`() async throws {
        for _ in 0..<3 { _ = try await open() }
        store.shut(true)
        await #expect(throws: StoreFailure.self) { try await reveals.flush() }
        _ = try await open()
        store.shut(false)
        try await reveals.flush()
        #expect(try rows().map(\.count) == [4])
    }

    @Test func `every key has its own row`() async throws {
        for key in [1, 2, 2] as [Int64] { _ = try await open(key) }
        try await reveals.flush()
        #expect(try rows().map(\.key) == [1, 2])
        #expect(try rows().map(\.count) == [1, 2])
    }

    @Test func `what one key has opened is no opening by another`() async throws {
        _ = try await open(1)
        store.shut(true)
        #expect(try await open(1) == "0012345678901234")
        await #expect(throws: StoreFailure.self) { try await open(2) }
        store.shut(false)
        _ = try await open(2)
        #expect(try rows().map(\.key) == [1, 2])
    }

    @Test func `many cards are opened at once, some of them again`() async throws {
        try await shop.bring("ADSL,1000,ANOTHER")
        let other = try #require(try shop.reserve(try shop.product(), for: shop.freshOrder()))
        _ = try await open()
        let codes = try await reveals.codes(of: [card, other, card], for: KeyID(1))
        #expect(codes == [card: "0012345678901234", other: "ANOTHER"])
        #expect(try await reveals.codes(of: [], for: KeyID(1)).isEmpty)
        try await reveals.flush()
        #expect(try rows().map(\.count).sorted() == [1, 3])
    }

    @Test func `the same key in two places opens once for the first time`() async throws {
        let elsewhere = Reveals(database: shop.database, vault: shop.vault, time: shop.time)
        try await withThrowingTaskGroup(of: String?.self) { group in
            for place in [reveals, elsewhere] {
                group.addTask { [card] in try await place.codes(of: [card], for: KeyID(1))[card] }
            }
            for try await code in group { #expect(code == "0012345678901234") }
        }
        #expect(try rows().count == 1)
    }

    @Test func `the last four characters are no opening`() async throws {
        #expect(try await reveals.lastFour(of: [card])[card] == "************1234")
        #expect(try rows().isEmpty)
    }

    @Test(arguments: [
        ("1", "*"), ("12", "*2"), ("123456", "***456"), ("12345678", "****5678"), ("123456789", "*****6789"),
    ])
    func `a short code is never shown whole`(code: String, shown: String) async throws {
        try await shop.bring("ADSL,500,\(code)")
        let card = try #require(try shop.reserve(try shop.product(.adsl, 500), for: shop.freshOrder()))
        #expect(try await reveals.lastFour(of: [card])[card] == shown)
    }

    @Test func `a sealed code that was copied to another card does not open`() async throws {
        try await shop.bring("ADSL,1000,ANOTHER")
        let other = try #require(try shop.reserve(try shop.product(), for: shop.freshOrder()))
        try shop.plant(
            "UPDATE cards SET sealed = (SELECT sealed FROM cards WHERE id = ?) WHERE id = ?", [.id(card), .id(other)])
        let failure = await #expect(throws: StoreFailure.self) {
            try await reveals.codes(of: [other], for: KeyID(1))
        }
        #expect(failure.map { "\($0)".contains("0012345678901234") } == false)
    }

    @Test func `a card that is not in the store is a fault of the store, not a crash`() async throws {
        let none: CardID = shop.identifiers.fresh(at: shop.time.now)
        await #expect(throws: StoreFailure.self) { try await reveals.codes(of: [none], for: KeyID(1)) }
    }
}
