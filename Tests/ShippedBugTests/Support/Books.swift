import RasidBase
import RasidDatabase
import RasidTesting

/// Every row of every table that sells, as text: two equal ones mean that nothing at all has changed.
struct Books: Hashable {
    private static let tables = [
        Statement("SELECT quote(wallet) || quote(held) || quote(entry_no) || quote(event_no) FROM balances"),
        Statement("SELECT quote(id) || quote(kind) || quote(amount) || quote(order_no) FROM transfers ORDER BY seq"),
        Statement("SELECT quote(id) || quote(state) || quote(order_id) FROM cards ORDER BY id"),
        Statement("SELECT quote(id) || quote(state) || quote(card_id) || quote(attempt) FROM orders ORDER BY id"),
        Statement("SELECT quote(event_no) || quote(kind) || quote(order_id) FROM events ORDER BY account_id, event_no"),
        Statement("SELECT quote(key) || quote(order_id) FROM idempotency_keys ORDER BY key"),
    ]

    private let rows: [[String]]

    init(_ transaction: Transaction) throws {
        rows = try Self.tables.map { table in try transaction.all(table) { $0.text(0) } }
    }

    init(_ shop: TestShop) throws {
        rows = try shop.database.look { try Books($0).rows }
    }
}

/// The events of an order, by kind, oldest first.
enum Told {
    private static let select = Statement("SELECT kind FROM events WHERE order_id = ? ORDER BY event_no")
    private static let numbers = Statement(
        "SELECT event_no FROM events WHERE account_id = ? AND environment = ? ORDER BY event_no")

    static func kinds(of order: OrderID, _ shop: TestShop) throws -> [Int64] {
        try shop.database.look { try $0.all(select, [.id(order)]) { $0.integer(0) } }
    }

    static func numbers(of wallet: WalletID, _ shop: TestShop) throws -> [Int64] {
        try shop.database.look { transaction in
            try transaction.all(numbers, [.account(wallet.account), .environment(wallet.environment)]) { $0.integer(0) }
        }
    }
}
