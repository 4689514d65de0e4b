import RasidBase
import RasidDatabase
import RasidTesting

/// Everything that a request could have changed, counted: what a refused one must leave as it was.
struct DoorBooks: Hashable, Sendable {
    let orders: Int64
    private let figures: [Int64]

    private static let count = Statement(
        """
        SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM transfers), (SELECT count(*) FROM events),
            (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM evidence), (SELECT count(*) FROM cases),
            (SELECT count(*) FROM cards), (SELECT count(*) FROM cards WHERE state = 1),
            (SELECT count(*) FROM cards WHERE state = 2), (SELECT count(*) FROM cards WHERE state = 3),
            (SELECT CAST(sum(wallet) AS {INT64}) FROM balances),
            (SELECT CAST(sum(held) AS {INT64}) FROM balances),
            (SELECT CAST(sum(entry_no + order_no + event_no) AS {INT64}) FROM balances), (SELECT count(*) FROM accounts),
            (SELECT count(*) FROM api_keys WHERE is_enabled = 1),
            (SELECT CAST(coalesce(sum(cost), 0) AS {INT64}) FROM orders WHERE state = 5),
            (SELECT count(*) FROM orders WHERE environment = 1 AND state = 5)
        """)

    /// In centimes: what is in the wallets, held, or paid for what was delivered.
    private var money: Int64 { figures[10] + figures[11] + figures[15] }
    /// Cards for sale, cards set aside, and cards that production has sold.
    private var stock: Int64 { figures[7] + figures[8] + figures[16] }

    private static let open = Statement("SELECT 1 FROM orders WHERE finished_at IS NULL LIMIT 1")
    private static let find = Statement("SELECT 1 FROM orders WHERE id = ?")
    private static let latest = Statement("SELECT id, ref, created_at FROM orders ORDER BY created_at DESC LIMIT ?")

    static func read(_ live: LiveShop) async throws -> DoorBooks {
        let figures = try await live.database.scan { transaction in
            try transaction.first(count) { row in (0..<17).map { row.integer($0) } } ?? []
        }
        return DoorBooks(orders: figures.first ?? 0, figures: figures)
    }

    /// Waits until every order is final.
    static func settle(_ live: LiveShop) async throws {
        try await eventually("every order is final", within: .seconds(120)) {
            try await live.database.scan { try !$0.exists(open) }
        }
    }

    /// What is wrong with the store after a lap in which exactly these orders were sold.
    func faults(after later: DoorBooks, sold: [String], _ live: LiveShop) async throws -> [String] {
        let unseen = try await unseen(later, sold, live)
        guard !sold.isEmpty else {
            return self == later
                ? [] : ["refused requests changed the store: \(figures) became \(later.figures)\(unseen)"]
        }
        var faults: [String] = []
        if Set(sold).count != sold.count { faults.append("one order was acknowledged twice") }
        if later.orders - orders != Int64(sold.count) {
            faults.append("\(sold.count) orders were acknowledged, \(later.orders - orders) were stored\(unseen)")
        }
        if later.money != money { faults.append("\(later.money - money) centimes came from nowhere") }
        if later.stock != stock { faults.append("\(later.stock - stock) cards came from nowhere") }
        let ids = sold.compactMap { OrderID($0) }
        let missing = try await live.database.scan { transaction in
            try ids.filter { try !transaction.exists(Self.find, [.id($0)]) }.count
        }
        if missing > 0 { faults.append("\(missing) acknowledged orders are not in the store") }
        return faults
    }

    /// The references of orders that were stored and never acknowledged: they name their talk.
    private func unseen(_ later: DoorBooks, _ sold: [String], _ live: LiveShop) async throws -> String {
        let count = max(0, later.orders - orders)
        let stored = try await live.database.scan { transaction in
            try transaction.all(Self.latest, [.integer(count)]) { row in
                (id: try row.id(0, of: OrderTag.self).description, ref: row.text(1))
            }
        }
        let known = Set(sold)
        let refs = stored.filter { !known.contains($0.id) }.map(\.ref)
        return refs.isEmpty ? "" : ", unseen: \(refs.prefix(10).joined(separator: " "))"
    }
}
