import RasidBase
import RasidDatabase
import RasidOrders
import RasidTesting
import Synchronization
import Testing

/// The real store, whose next commits end in doubt: done and the answer lost, or not done at all.
private final class DoubtfulDatabase: ForwardingDatabase {
    enum Fate {
        case storedAndForgotten, neverStored, unavailable
    }

    let store: InlineSQLiteDatabase
    private let fates: Mutex<[Fate]>
    private let last: Fate?

    /// - Parameter last: what becomes of every commit after `fates`; nil lets them pass.
    init(_ store: InlineSQLiteDatabase, fates: [Fate], last: Fate? = nil) {
        self.store = store
        self.fates = Mutex(fates)
        self.last = last
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        switch fates.withLock({ $0.isEmpty ? last : $0.removeFirst() }) {
        case .storedAndForgotten:
            _ = try await store.write(body)
            throw StoreFailure.inDoubt("the answer was lost")
        case .neverStored:
            throw StoreFailure.inDoubt("the answer was lost")
        case .unavailable:
            throw StoreFailure.unavailable("not now")
        case nil:
            return try await store.write(body)
        }
    }
}

/// A commit in doubt is looked into before anybody is told anything (contract §1, design §8).
struct DoubtfulCommitTests {
    private static let request = PlaceRequest(
        type: .adsl, number: "036362608", value: .dinars(1000), reference: "doubtful", idempotencyKey: "key")

    private func place(_ shop: TestShop, _ fates: [DoubtfulDatabase.Fate]) async throws -> PlacedOrder {
        let orders = Orders(
            database: DoubtfulDatabase(shop.database, fates: fates), signals: OrderSignals(), time: shop.time,
            identifiers: shop.identifiers)
        return try await orders.place(Self.request, in: shop.sandbox)
    }

    @Test(arguments: [[DoubtfulDatabase.Fate.storedAndForgotten], [.neverStored]])
    private func `the sale is made once, whatever became of the commit`(fates: [DoubtfulDatabase.Fate]) async throws {
        let shop = try await TestShop()
        let placed = try await place(shop, fates)
        #expect(!placed.isRepeat)
        #expect(try await shop.order(placed.id).reference == "doubtful")
        #expect(try await shop.balance() == .dinars(99_050))
        #expect(try await shop.audit().isClean)
    }

    @Test func `a refusal that is found while looking is the answer, and nothing is sold`() async throws {
        let shop = try await TestShop()
        let other = try await shop.place(ref: "doubtful")
        await #expect(
            throws: Problem.duplicatedReference(reference: "doubtful", order: other.id, status: .handling)
        ) { try await place(shop, [.neverStored]) }
        #expect(try await shop.balance() == .dinars(99_050))
    }

    @Test func `a store that comes back within 30 seconds still gives the answer`() async throws {
        let shop = try await TestShop()
        async let placed = place(shop, [.storedAndForgotten, .unavailable, .unavailable])
        for _ in 0..<2 {
            while shop.time.sleeping == 0 { await Task.yield() }
            shop.time.advance(by: .milliseconds(200))
        }
        let id = try await placed.id
        #expect(try await shop.order(id).reference == "doubtful")
        #expect(try await shop.balance() == .dinars(99_050))
    }

    @Test func `after 30 seconds without an answer the outcome is unknown, and the order can be found`() async throws {
        let shop = try await TestShop()
        let orders = Orders(
            database: DoubtfulDatabase(shop.database, fates: [.storedAndForgotten], last: .unavailable),
            signals: OrderSignals(), time: shop.time, identifiers: shop.identifiers)
        async let placed = orders.place(Self.request, in: shop.sandbox)
        let start = shop.time.monotonic
        while shop.time.monotonic - start < 30_000 {
            while shop.time.sleeping == 0 { await Task.yield() }
            shop.time.advance(by: .milliseconds(200))
        }
        let outcome: Problem?
        do {
            _ = try await placed
            outcome = nil
        } catch {
            outcome = error as? Problem
        }
        #expect(outcome == .outcomeUnknown(reference: "doubtful"))
        #expect(try await shop.orders.find(.reference("doubtful"), in: shop.sandbox).status == .handling)
        #expect(try await shop.audit().isClean)
    }
}
