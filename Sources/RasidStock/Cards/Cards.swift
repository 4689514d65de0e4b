public import RasidBase
public import RasidDatabase

/// How cards move: each function is one step of a transaction that also moves the order (laws 1 and 8).
public enum Cards {
    /// The day that stands for "does not expire".
    public static let never = CalendarDay(number: 1 << 40)

    private static let selectAvailable = Statement(
        """
        SELECT 1 FROM cards
        WHERE environment = ? AND product_id = ? AND state = 1 AND expires_on > ? LIMIT 1
        """)
    private static let reserveFirst = Statement(
        """
        UPDATE cards SET state = 2, order_id = ?
        WHERE id = (
            SELECT id FROM cards WHERE environment = ? AND product_id = ? AND state = 1 AND expires_on > ?
            ORDER BY environment, product_id, expires_on, batch_id, id LIMIT 1 {LOCK SKIPPING}
        ) RETURNING id
        """)
    private static let deliverReserved = Statement(
        "UPDATE cards SET state = 3 WHERE id = ? AND order_id = ? AND state = 2 RETURNING serial")
    private static let putBack = Statement(
        "UPDATE cards SET state = 1, order_id = NULL WHERE id = ? AND order_id = ? AND state = 2")
    private static let suspectReserved = Statement(
        "UPDATE cards SET state = 4 WHERE id = ? AND order_id = ? AND state = 2")
    private static let insert = Statement(
        """
        INSERT INTO cards
            (id, environment, product_id, batch_id, state, expires_on, serial, sealed, fingerprint, cost, order_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id
        """)

    private static let selectFingerprint = Statement("SELECT id FROM cards WHERE environment = ? AND fingerprint = ?")

    /// A card that expires on this day or earlier is too old to be sold today.
    private static func margin(_ today: CalendarDay) -> Value { .integer(today.number + Limits.expiryMarginDays) }

    public static func isAvailable(
        _ product: ProductID, in environment: ShopEnvironment, today: CalendarDay, _ transaction: Transaction
    ) throws -> Bool {
        try transaction.exists(
            selectAvailable, [.environment(environment), .integer(product.number), margin(today)])
    }

    /// Sets one card aside: earliest expiry first, then oldest batch.
    ///
    /// - Returns: nil if none could be had; others may hold the last ones locked.
    public static func reserve(
        _ product: ProductID, in environment: ShopEnvironment, for order: OrderID, today: CalendarDay,
        _ transaction: Transaction
    ) throws -> CardID? {
        try transaction.first(
            reserveFirst, [.id(order), .environment(environment), .integer(product.number), margin(today)]
        ) { try $0.id(0) }
    }

    /// Gives a reserved card to its order for good.
    ///
    /// - Returns: its serial number, if it has one.
    /// - Throws: ``StoreFailure/broken(_:)`` if the card is not reserved for that order.
    public static func deliver(_ card: CardID, to order: OrderID, _ transaction: Transaction) throws -> String? {
        guard let serial = try transaction.first(deliverReserved, [.id(card), .id(order)], { $0.optionalText(0) })
        else {
            throw StoreFailure.broken("an order's card is not reserved for it")
        }
        return serial
    }

    /// Puts a reserved card back into stock; only for one whose code has never left the vault (law 4).
    public static func putBack(_ card: CardID, of order: OrderID, _ transaction: Transaction) throws {
        try move(putBack, card, order, transaction)
    }

    /// Takes a reserved card out of stock for ever: somebody may have seen its code.
    public static func suspect(_ card: CardID, of order: OrderID, _ transaction: Transaction) throws {
        try move(suspectReserved, card, order, transaction)
    }

    private static func move(
        _ statement: Statement, _ card: CardID, _ order: OrderID, _ transaction: Transaction
    ) throws {
        guard try transaction.run(statement, [.id(card), .id(order)]) == 1 else {
            throw StoreFailure.broken("an order's card is not reserved for it")
        }
    }

    /// The card of the same environment that has this code already.
    public static func known(_ card: SealedCard, _ transaction: Transaction) throws -> CardID? {
        try transaction.first(
            selectFingerprint, [.environment(card.environment), .bytes(card.fingerprint)]
        ) { try $0.id(0) }
    }

    /// Keeps, as evidence for its order, a code that must never be sold: one that is known already, or a second one.
    public static func addSuspect(
        _ card: SealedCard, for order: OrderID, isKnown: Bool, _ transaction: Transaction
    ) throws {
        guard try add(card, as: .suspect, for: order, keepsFingerprint: !isKnown, transaction) else {
            throw Overtaken("the code came with another order meanwhile")
        }
    }

    /// Adds a card unless its code is in the store already.
    ///
    /// - Returns: whether it was added.
    public static func add(
        _ card: SealedCard, as state: CardState, for order: OrderID? = nil, keepsFingerprint: Bool = true,
        _ transaction: Transaction
    ) throws -> Bool {
        let parameters: [Value] = [
            .id(card.id), .environment(card.environment), .integer(card.product.number),
            .integer(card.batch.number), .integer(state.rawValue), .integer(card.expiresOn.number),
            .optional(card.serial), .bytes(card.sealed),
            keepsFingerprint ? .bytes(card.fingerprint) : .null,
            card.cost.map(Value.money) ?? .null, .id(order),
        ]
        return try transaction.first(insert, parameters) { _ in true } ?? false
    }
}

/// A batch's row: cards that share a data key.
public struct BatchNumber: Hashable, Sendable {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }
}

/// A card whose code has been sealed: the only form in which it reaches a transaction.
public struct SealedCard: Sendable {
    public let id: CardID
    public let environment: ShopEnvironment
    public let product: ProductID
    public let batch: BatchNumber
    public let expiresOn: CalendarDay
    public let serial: String?
    public let sealed: [UInt8]
    public let fingerprint: [UInt8]
    public let cost: Money?
}
