public import RasidBase
public import RasidDatabase

/// A row of the catalogue.
public struct ProductID: Hashable, Sendable {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }
}

public struct Product: Hashable, Sendable {
    public let id: ProductID
    public let type: ServiceType
    public let value: Money
    /// What everybody without a price of their own pays.
    public let cost: Money
    /// A withdrawn product stays listed, out of stock.
    public let isActive: Bool
}

/// What the shop sells and for how much. The catalogue is one for both environments.
public enum Products {
    /// What lies above is no value: a code in the wrong column, say.
    static let highestValue = Money.dinars(10_000_000)

    private static let columns = "id, type, value, cost, is_active"
    private static let selectAll = Statement("SELECT \(columns) FROM products ORDER BY type, value")
    private static let selectOne = Statement("SELECT \(columns) FROM products WHERE type = ? AND value = ?")
    private static let insert = Statement(
        """
        INSERT INTO products (type, value, cost, is_active) VALUES (?, ?, ?, 1)
        ON CONFLICT (type, value) DO NOTHING RETURNING id
        """)
    private static let activate = Statement("UPDATE products SET is_active = ? WHERE id = ?")
    private static let setCost = Statement("UPDATE products SET cost = ? WHERE id = ?")
    private static let setPrice = Statement(
        """
        INSERT INTO prices (product_id, account_id, cost) VALUES (?, ?, ?)
        ON CONFLICT (product_id, account_id) DO UPDATE SET cost = excluded.cost
        """)

    /// The contract's usual price: 95 % of the value, rounded down to a centime.
    public static func usualCost(of value: Money) -> Money { Money(centimes: value.centimes * 95 / 100) }

    public static func all(in transaction: Transaction) throws -> [Product] {
        try transaction.all(selectAll, [], product)
    }

    public static func find(_ type: ServiceType, _ value: Money, in transaction: Transaction) throws -> Product? {
        try transaction.first(selectOne, [.integer(type.storedCode), .money(value)], product)
    }

    /// Puts a value on sale, or back on sale.
    ///
    /// - Throws: ``Refusal`` for a value that cannot be sold.
    public static func add(
        _ type: ServiceType, _ value: Money, cost: Money?, in transaction: Transaction
    ) throws -> Product {
        guard value > .zero, value <= highestValue else {
            throw Refusal("The value must be more than 0 and at most \(highestValue) DZD.")
        }
        let cost = cost ?? usualCost(of: value)
        try judge(cost: cost)
        if try transaction.first(insert, [.integer(type.storedCode), .money(value), .money(cost)], { _ in true }) == nil
        {
            let known = try existing(type, value, in: transaction)
            try transaction.run(activate, [.flag(true), .integer(known.id.number)])
        }
        return try existing(type, value, in: transaction)
    }

    /// Takes a value off sale: it stays listed with `available: false`.
    public static func withdraw(_ type: ServiceType, _ value: Money, in transaction: Transaction) throws {
        let product = try existing(type, value, in: transaction)
        try transaction.run(activate, [.flag(false), .integer(product.id.number)])
    }

    /// Sets what everybody pays, or what one account pays.
    public static func price(
        _ type: ServiceType, _ value: Money, cost: Money, for account: AccountID?, in transaction: Transaction
    ) throws {
        try judge(cost: cost)
        let product = try existing(type, value, in: transaction)
        if let account {
            try transaction.run(setPrice, [.integer(product.id.number), .account(account), .money(cost)])
        } else {
            try transaction.run(setCost, [.money(cost), .integer(product.id.number)])
        }
    }

    private static func judge(cost: Money) throws {
        guard cost > .zero, cost <= highestValue else {
            throw Refusal("The cost must be more than 0 and at most \(highestValue) DZD.")
        }
    }

    private static func existing(
        _ type: ServiceType, _ value: Money, in transaction: Transaction
    ) throws -> Product {
        guard let product = try find(type, value, in: transaction) else {
            throw Refusal(
                "\(type.rawValue) \(value) is not a product: 'rasid product add \(type.rawValue) \(value)' first.")
        }
        return product
    }

    private static func product(_ row: any Row) throws -> Product {
        guard let type = ServiceType(storedCode: row.integer(1)) else {
            throw StoreFailure.broken("a product of a type that this version does not know")
        }
        return Product(
            id: ProductID(row.integer(0)), type: type, value: row.money(2), cost: row.money(3), isActive: row.flag(4))
    }
}
