import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// The laws hold whatever happens, and in whatever order it happens.
struct RandomShopTests {
    /// What a client has seen of its orders so far, and what it may see next.
    private struct Watcher {
        private var seen: [OrderID: Order] = [:]

        mutating func look(at shop: RandomShop) async throws -> [String] {
            var faults: [String] = []
            for (id, wallet) in shop.orders {
                let order = try await shop.shop.order(id, in: wallet)
                if let before = seen[id] { faults += Self.faults(before, order) }
                seen[id] = order
            }
            let cards = seen.values.compactMap(\.delivery?.card)
            if Set(cards).count != cards.count { faults.append("two orders have one card") }
            return faults
        }

        private static func faults(_ before: Order, _ now: Order) -> [String] {
            if before.status.isFinal, before != now { return ["\(now.id) was final and changed: \(before) \(now)"] }
            if before.status == .queued, now.status == .handling { return ["\(now.id) went back to HANDLING"] }
            return []
        }
    }

    private static let soldAgain = Statement(
        """
        SELECT count(*) FROM cards JOIN orders ON orders.id = cards.order_id
        WHERE cards.state = 1 OR (orders.card_exposed = 1 AND orders.state = 6 AND cards.state <> 4)
        """)

    private static let counts = [
        "SELECT count(*) FROM orders WHERE state = 5 AND environment = 0",
        "SELECT count(*) FROM orders WHERE state = 5 AND environment = 1",
        "SELECT count(*) FROM orders WHERE state = 6", "SELECT count(*) FROM orders WHERE queued_at IS NOT NULL",
        "SELECT count(*) FROM cases", "SELECT count(*) FROM cards WHERE state = 4",
    ].map { Statement($0) }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `a shop to which everything happens keeps its books, its cards and its word`(seed: UInt64) async throws {
        var random = try await RandomShop(seed: seed)
        var watcher = Watcher()
        for round in 0..<12 {
            for _ in 0..<40 { try await random.step() }
            let report = try await random.shop.audit()
            #expect(report.isClean, "seed \(seed) round \(round): \(report.findings)")
            #expect(try await watcher.look(at: random) == [], "seed \(seed) round \(round)")
            #expect(try random.shop.database.look { try $0.first(Self.soldAgain) { $0.integer(0) } } == 0)
            guard report.isClean else { return }
        }
        // Whatever was left open ends by itself: no order lives longer than 48 hours.
        random.shop.time.advance(by: .seconds(50 * 3600))
        for operatorID in RandomShop.remotes + [.voucher] {
            let (now, provisions) = (random.shop.time.now, random.shop.provisions(1000))
            let old = try random.shop.database.look {
                try Reconciliation.ended(operatorID, limit: 1000, at: now, in: $0)
            }
            _ = try random.shop.database.commit { try Reconciliation.endLives(old, provisions, in: $0) }
        }
        #expect(try random.shop.database.look { try StaffReading.open(in: $0) }.isEmpty)
        // A run in which little happened would prove little.
        let happened = try random.shop.database.look { transaction in
            try Self.counts.map { try transaction.first($0) { $0.integer(0) } ?? 0 }
        }
        #expect(happened.allSatisfy { $0 >= 3 }, "seed \(seed): \(happened)")
        #expect(try await watcher.look(at: random) == [])
        #expect(try await random.shop.audit().isClean)
    }
}
