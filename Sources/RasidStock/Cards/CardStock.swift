public import RasidBase
public import RasidDatabase

/// What the owner sees of the stock: counts and serials, never a code.
public enum CardStock {
    /// How many cards of a product are in one state.
    public struct Count: Hashable, Sendable {
        public let type: ServiceType
        public let value: Money
        public let state: CardState
        public let count: Int
        /// Available cards that expire within the margin, and so are not for sale any more.
        public let expiring: Int
    }

    /// A card by its serial and state: all that staff sees of it.
    public struct Glimpse: Hashable, Sendable {
        public let serial: String?
        /// nil for a state that this version does not know.
        public let state: CardState?
    }

    private static let selectCard = Statement("SELECT serial, state FROM cards WHERE id = ?")
    private static let selectCounts = Statement(
        """
        SELECT products.type, products.value, cards.state, count(*),
            sum(CASE WHEN cards.state = 1 AND cards.expires_on <= ? THEN 1 ELSE 0 END)
        FROM cards JOIN products ON products.id = cards.product_id
        WHERE cards.environment = 1
        GROUP BY products.type, products.value, cards.state
        ORDER BY products.type, products.value, cards.state
        """)
    private static let selectSerial = Statement(
        "SELECT id, state FROM cards WHERE serial = ? AND environment = 1 LIMIT 2")
    private static let void = Statement("UPDATE cards SET state = 5 WHERE id = ? AND state = 1")

    public static func counts(today: CalendarDay, in transaction: Transaction) throws -> [Count] {
        try transaction.all(selectCounts, [.integer(today.number + Limits.expiryMarginDays)]) { row in
            guard let type = ServiceType(storedCode: row.integer(0)), let state = CardState(rawValue: row.integer(2))
            else { throw StoreFailure.broken("a card that this version does not know") }
            return Count(
                type: type, value: row.money(1), state: state, count: Int(row.integer(3)),
                expiring: Int(row.integer(4)))
        }
    }

    public static func find(_ card: CardID, in transaction: Transaction) throws -> Glimpse? {
        try transaction.first(selectCard, [.id(card)]) {
            Glimpse(serial: $0.optionalText(0), state: CardState(rawValue: $0.integer(1)))
        }
    }

    /// Takes an available card out of stock.
    ///
    /// - Throws: ``Refusal`` for a serial that is unknown, shared, or whose card is no longer in stock.
    public static func void(serial: String, in transaction: Transaction) throws {
        let found = try transaction.all(selectSerial, [.text(serial)]) {
            (id: try $0.id(0, of: CardTag.self), state: $0.integer(1))
        }
        guard let card = found.first else { throw Refusal("No card in production stock has the serial '\(serial)'.") }
        guard found.count == 1 else {
            throw Refusal("Several cards have the serial '\(serial)': it does not say which one is meant.")
        }
        guard try transaction.run(void, [.id(card.id)]) == 1 else {
            guard card.state != CardState.available.rawValue else { throw Overtaken("the card was sold meanwhile") }
            let state = CardState(rawValue: card.state).map { "\($0)" } ?? "in a state this version does not know"
            throw Refusal("The card with the serial '\(serial)' is \(state): only an available card can be taken out.")
        }
    }
}
