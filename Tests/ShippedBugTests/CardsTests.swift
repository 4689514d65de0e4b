import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting
import Testing

/// Cards that reading takes, that nobody pays for, and codes that two have at once.
struct CardsTests {
    @Test func `reading allocates no card: find, list, statement and catalogue change nothing`() async throws {
        let desk = try await Desk()
        let shop = desk.shop
        try await shop.importCards("ADSL,1000,READ-ONE\nADSL,1000,READ-TWO\nADSL,500,READ-THREE")
        let open = try await shop.place(ref: "open", in: shop.production).id
        let before = try Books(shop)
        let stock = Stock(database: shop.database, time: shop.time)
        for _ in 0..<3 {
            for lookup in [OrderLookup.id(open.description), .reference("open")] {
                _ = try await shop.orders.find(lookup, in: shop.production)
                _ = try await shop.orders.find(lookup, in: shop.production, waitingUpTo: .zero)
            }
            for type in ServiceType.allCases { _ = try await stock.catalogue(of: type, for: shop.production) }
            for filter in [OrderFilter(), OrderFilter(status: .handling), OrderFilter(query: "open")] {
                _ = try await shop.orders.list(PageRequest(), filter: filter, in: shop.production)
            }
            _ = try await shop.ledger.statement(PageRequest(), of: shop.production)
            _ = try await shop.balance(of: shop.production)
            await #expect(throws: Problem.self) { try await shop.orders.find(.reference("none"), in: shop.production) }
        }
        #expect(try Books(shop) == before)
        #expect(try desk.stock() == [.available: 2, .reserved: 1])
    }

    @Test func `showing a delivered code again and again takes no second card`() async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,SHOWN-ONE\nADSL,1000,SHOWN-TWO")
        let order = try await desk.shop.place(in: desk.shop.production).id
        _ = try desk.deliverReserved()
        var seen: Set<String> = []
        for key in 1...5 {
            let found = try await desk.shop.order(order, in: desk.shop.production)
            let card = try #require(found.delivery?.card)
            seen.insert(try await desk.shop.reveals.codes(of: [card], for: KeyID(Int64(key)))[card] ?? "")
        }
        #expect(seen.count == 1 && !seen.contains(""))
        #expect(try desk.stock() == [.available: 1, .delivered: 1])
    }

    @Test func `an order that is not paid leaves the last card for sale`() async throws {
        let desk = try await Desk()
        let shop = desk.shop
        try await shop.importCards("ADSL,1000,THE-LAST-ONE")
        let poor = WalletID(account: try shop.openAccount("+213555000002"), environment: .production)
        let before = try Books(shop)
        for attempt in 0..<5 {
            await #expect(throws: Problem.insufficientBalance(required: .dinars(950), available: .zero)) {
                try await shop.place(ref: "poor-\(attempt)", key: "poor-\(attempt)", in: poor)
            }
        }
        #expect(try Books(shop) == before)
        #expect(try desk.stock() == [.available: 1])
        _ = try await shop.place(in: shop.production)
        #expect(try desk.stock() == [.reserved: 1])
    }

    @Test func `a crowd that cannot pay does not keep the one that can from the last card`() async throws {
        let busy = try await BusyShop(cards: 1, deposit: .dinars(950))
        let now = SystemTime().now
        let opening = NewAccount(username: "+213555000002", name: "Poor", identifiers: busy.identifiers, now: now)
        let poor = try await busy.database.write {
            WalletID(account: try opening.open(in: $0), environment: .production)
        }
        let results = await busy.race(65) { number in
            guard number != 32 else { return try await busy.place() }
            return try await busy.orders.place(
                PlaceRequest(
                    type: .adsl, number: "036362608", value: .dinars(1000), reference: nil, idempotencyKey: nil),
                in: poor)
        }
        #expect(results.compactMap(\.value).count == 1)
        #expect(try await busy.balances().wallet == .zero)
        #expect(try await busy.isClean())
        try await busy.close()
    }

    @Test func `two imports of one code at once bring it in once`() async throws {
        let busy = try await BusyShop(cards: 0, deposit: .dinars(950))
        let lines = (0..<200).map { "ADSL,1000,TWICE-\($0)" }
        let reports = await busy.race(4) { number in
            try await busy.importing(number.isMultiple(of: 2) ? lines : lines.reversed())
        }.compactMap(\.value)
        #expect(reports.count == 4)
        #expect(reports.map(\.inserted).reduce(0, +) == 200)
        #expect(reports.map(\.duplicates).reduce(0, +) == 600)
        let today = SystemTime().now.dayInAlgiers
        let counts = try await busy.database.scan { try CardStock.counts(today: today, in: $0) }
        #expect(counts.map(\.count) == [200])
        try await busy.close()
    }

    @Test func `two operators' answers with one code fulfil one order only`() async throws {
        let desk = try await Desk()
        for _ in 0..<2 { _ = try await desk.shop.place() }
        let both = try desk.claim()
        #expect(both.count == 2)
        for assignment in both {
            try desk.answer(.yes(try await desk.receipt("SAME-CODE", assignment)), to: assignment)
        }
        let states = try desk.shop.database.look { transaction in
            try both.map { try StaffReading.find($0.order, in: transaction).state }
        }
        #expect(states == [.fulfilled, .unknown])
        let late = try #require(both.last)
        #expect(try desk.shop.database.look { try Cases.all(of: late.order, in: $0).map(\.kind) } == [.knownCode])
        #expect(try desk.moves(of: late.order) == [.hold])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `a code that an operator has delivered cannot be imported and sold, nor one in stock delivered`()
        async throws
    {
        let desk = try await Desk()
        let shop = desk.shop
        try await shop.importCards("ADSL,1000,IN-STOCK")
        #expect(try await shop.importCards("4G,500,IN-STOCK").inserted == 0)
        _ = try await shop.place(in: shop.production)
        let row = try #require(try desk.stock()[.reserved])
        #expect(row == 1)
        #expect(try desk.deliverReserved().count == 1)
        #expect(try await shop.importCards("ADSL,1000,IN-STOCK").inserted == 0)
        #expect(try desk.stock() == [.delivered: 1])
    }
}
