public import RasidBase
public import RasidDatabase

/// What one account would get for a value right now: the price, and who delivers.
public struct Offer: Hashable, Sendable {
    public let product: ProductID
    public let cost: Money
    /// Whether it is on sale and somebody of the route has it.
    public let isAvailable: Bool
    /// The first of the route that has it.
    public let operatorID: OperatorID
    /// Whether that operator delivers a card of ours, which must be reserved with the order.
    public let needsCard: Bool
}

/// A line of `GET /v3/internet/products`.
public struct CatalogueLine: Hashable, Sendable {
    public let value: Money
    public let cost: Money
    public let isAvailable: Bool
}

public enum Offers {
    private static let selectOffer = Statement(
        """
        SELECT products.id, coalesce(prices.cost, products.cost), products.is_active
        FROM products LEFT JOIN prices ON prices.product_id = products.id AND prices.account_id = ?
        WHERE products.type = ? AND products.value = ?
        """)
    private static let selectCatalogue = Statement(
        """
        SELECT products.id, coalesce(prices.cost, products.cost), products.is_active, products.value
        FROM products LEFT JOIN prices ON prices.product_id = products.id AND prices.account_id = ?
        WHERE products.type = ? ORDER BY products.value
        """)

    /// - Returns: nil for a value that was never sold.
    public static func find(
        _ type: ServiceType, _ value: Money, for wallet: WalletID, today: CalendarDay, in transaction: Transaction
    ) throws -> Offer? {
        let parameters: [Value] = [.account(wallet.account), .integer(type.storedCode), .money(value)]
        let found = try transaction.first(selectOffer, parameters) {
            (product: ProductID($0.integer(0)), cost: $0.money(1), isActive: $0.flag(2))
        }
        guard let found else { return nil }
        let (stop, isStocked) = try choose(found.product, type, value, in: wallet.environment, today, transaction)
        return Offer(
            product: found.product, cost: found.cost, isAvailable: found.isActive && isStocked, operatorID: stop.id,
            needsCard: stop.needsCard)
    }

    /// The first of a route that has a value; the first of all where nobody has.
    private static func choose(
        _ product: ProductID, _ type: ServiceType, _ value: Money, in environment: ShopEnvironment,
        _ today: CalendarDay, _ transaction: Transaction
    ) throws -> (stop: Routes.Stop, isStocked: Bool) {
        let stops = try Routes.stops(for: type, value, in: environment, transaction)
        for stop in stops {
            // The sandbox's operator has everything.
            guard environment == .production else { return (stop, true) }
            let isStocked =
                try stop.needsCard
                ? Cards.isAvailable(product, in: environment, today: today, transaction)
                : SupplierOffers.isAvailable(type, value, at: stop.id, transaction)
            if isStocked { return (stop, true) }
        }
        return (stops[0], false)
    }

    /// Every value ever sold, ascending; one that cannot be had now is listed as not available.
    public static func catalogue(
        of type: ServiceType, for wallet: WalletID, today: CalendarDay, in transaction: Transaction
    ) throws -> [CatalogueLine] {
        let parameters: [Value] = [.account(wallet.account), .integer(type.storedCode)]
        let rows = try transaction.all(selectCatalogue, parameters) {
            (product: ProductID($0.integer(0)), cost: $0.money(1), isActive: $0.flag(2), value: $0.money(3))
        }
        return try rows.map { row in
            let isStocked = try choose(row.product, type, row.value, in: wallet.environment, today, transaction)
                .isStocked
            return CatalogueLine(value: row.value, cost: row.cost, isAvailable: row.isActive && isStocked)
        }
    }
}
