import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// Second refunds, second commits, void after commit: what open-source ledgers have shipped.
struct MoneyMovesOnceTests {
    @Test func `a second refund of one order gives nothing back, whoever asks for it`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        for end in [Desk.End.no, .no, .cancel, .endOfLife, .no, .nodeDied] {
            try await desk.apply(end, to: assignment)
        }
        #expect(try await desk.shop.balance() == .dinars(100_000))
        #expect(try desk.moves(of: assignment.order) == [.hold, .release])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `staff that cancels an order twice is told that money goes back once`() async throws {
        let desk = try await Desk()
        let order = try await desk.shop.place().id
        #expect(try desk.cancel(order) == nil)
        #expect(try desk.cancel(order)?.contains("money goes back once") == true)
        #expect(try desk.moves(of: order) == [.hold, .release])
        #expect(try await desk.shop.balance() == .dinars(100_000))
    }

    @Test func `two commits of one hold capture once`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        try desk.answer(.yes(try await desk.receipt("FIRST-CODE", assignment)), to: assignment)
        try desk.answer(.yes(try await desk.receipt("FIRST-CODE", assignment)), to: assignment)
        try desk.answer(.yes(try await desk.receipt("SECOND-CODE", assignment)), to: assignment)
        #expect(try desk.moves(of: assignment.order) == [.hold, .capture])
        #expect(try desk.shop.database.look { try Balances.of(desk.shop.sandbox, in: $0).held } == .zero)
        #expect(try await desk.shop.audit().isClean)
    }

    private static let pairs = Desk.End.allCases.flatMap { first in Desk.End.allCases.map { (first, $0) } }

    @Test(arguments: pairs)
    func `after one end no second one moves money, in whatever order they come`(
        first: Desk.End, second: Desk.End
    ) async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        try await desk.apply(first, to: assignment)
        let before = try desk.moves(of: assignment.order)
        try await desk.apply(second, to: assignment)
        let moves = try desk.moves(of: assignment.order)
        let legal: [[TransferKind]] = [[.hold], [.hold, .capture], [.hold, .release], [.hold, .capture, .adjust]]
        #expect(legal.contains(moves), "\(moves)")
        if before == [.hold, .release] { #expect(moves == before) }
        let ends = moves.filter { $0 == .release || $0 == .adjust }.count
        #expect(try await desk.shop.balance() == .dinars(ends == 1 ? 100_000 : 99_050))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test(arguments: Desk.End.allCases)
    func `no third event moves money after an adjustment`(third: Desk.End) async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        for end in [Desk.End.yes, .adjust, third] { try await desk.apply(end, to: assignment) }
        #expect(try desk.moves(of: assignment.order) == [.hold, .capture, .adjust])
        #expect(try await desk.shop.balance() == .dinars(100_000))
    }

    /// The books themselves say no, should a rule above them ever forget to.
    @Test(arguments: [TransferKind.capture, .release], [TransferKind.capture, .release])
    func `the ledger refuses a second end of a hold by itself, with nothing changed`(
        first: TransferKind, second: TransferKind
    ) async throws {
        let shop = try await TestShop()
        let order = try await shop.place().id
        _ = try await shop.place()
        let booked = BookedOrder(order, of: shop.sandbox, number: 1)
        try move(first, booked, shop)
        let before = try Books(shop)
        #expect(throws: StoreFailure.self) { try move(second, booked, shop) }
        #expect(try Books(shop) == before)
    }

    private func move(_ kind: TransferKind, _ order: BookedOrder, _ shop: TestShop) throws {
        let id: TransferID = shop.identifiers.fresh(at: shop.time.now)
        let now = shop.time.now
        try shop.database.commit { transaction in
            if kind == .capture {
                try Transfers.capture(.dinars(950), of: order, as: id, at: now, in: transaction)
            } else {
                try Transfers.release(.dinars(950), of: order, as: id, note: "test", at: now, in: transaction)
            }
        }
    }

    @Test func `a cancel gives back what was paid, though the price has changed meanwhile`() async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,CANCELLED-ONE\nADSL,1000,CANCELLED-TWO")
        let account = desk.shop.account
        let order = try await desk.shop.place(in: desk.shop.production).id
        try desk.shop.database.commit { transaction in
            try Products.price(.adsl, .dinars(1000), cost: .dinars(400), for: nil, in: transaction)
            try Products.price(.adsl, .dinars(1000), cost: .dinars(999), for: account, in: transaction)
            try Products.withdraw(.adsl, .dinars(1000), in: transaction)
        }
        #expect(try desk.cancel(order) == nil)
        #expect(try await desk.shop.balance(of: desk.shop.production) == .dinars(10_000))
        #expect(try await desk.shop.audit().isClean)
    }
}
