import RasidBase
import RasidDatabase
import RasidLedger
import RasidStock

/// One order beside its transfers and its card.
struct AuditedOrder {
    let id: OrderID
    let number: Int64
    let state: OrderState
    let cost: Money
    private let held: Money?
    private let end: (kind: TransferKind?, amount: Money)?
    private let cardState: CardState?
    private let isCardItsOwn: Bool
    private let hasCard: Bool

    private static let select = Statement(
        """
        SELECT orders.id, orders.order_no, orders.state, orders.cost, holds.amount, ends.kind, ends.amount,
            cards.state, cards.order_id, orders.card_id
        FROM orders
        LEFT JOIN transfers AS holds ON holds.kind = 3 AND holds.account_id = orders.account_id
            AND holds.environment = orders.environment AND holds.order_no = orders.order_no
            AND holds.order_id = orders.id
        LEFT JOIN transfers AS ends ON ends.kind IN (4, 5) AND ends.account_id = orders.account_id
            AND ends.environment = orders.environment AND ends.order_no = orders.order_no
            AND ends.order_id = orders.id
        LEFT JOIN cards ON cards.id = orders.card_id
        WHERE orders.account_id = ? AND orders.environment = ? AND orders.order_no > ?
        ORDER BY orders.order_no LIMIT ?
        """)

    /// A wallet's orders after a number, in their order.
    static func each(
        of wallet: WalletID, after number: Int64, limit: Int64, _ transaction: Transaction,
        _ body: (AuditedOrder) throws -> Void
    ) throws {
        let parameters: [Value] = [
            .account(wallet.account), .environment(wallet.environment), .integer(number), .integer(limit),
        ]
        try transaction.each(select, parameters) { try body(AuditedOrder($0)) }
    }

    private init(_ row: any Row) throws {
        id = try row.id(0)
        number = row.integer(1)
        state = OrderState(storedCode: row.integer(2))
        cost = row.money(3)
        held = row.optionalInteger(4).map(Money.init(centimes:))
        end = row.isNull(5) ? nil : (TransferKind(rawValue: row.integer(5)), row.money(6))
        cardState = row.optionalInteger(7).flatMap(CardState.init(rawValue:))
        isCardItsOwn = try row.optionalID(8, of: OrderTag.self) == id
        hasCard = !row.isNull(9)
    }

    /// - Parameter next: the number that follows from the order before it.
    func findings(whenNextIs next: Int64) -> [AuditFinding] {
        var sentences = faults
        if number != next { sentences.append("its number is \(number), \(next) was next") }
        return sentences.map { AuditFinding("order \(id)", $0) }
    }

    private var faults: [String] {
        var faults: [String] = []
        if held != cost { faults.append("it costs \(cost) DZD, its hold is \(held.map(\.description) ?? "missing")") }
        if let end, end.amount != cost { faults.append("it costs \(cost) DZD, \(end.amount) was moved at its end") }
        switch state {
        case .fulfilled:
            if end?.kind != .capture { faults.append("it is fulfilled and its cost was not captured") }
            if cardState != .delivered || !isCardItsOwn { faults.append("it is fulfilled and has no delivered card") }
        case .refunded:
            if end?.kind != .release { faults.append("it is refunded and its cost was not given back") }
            if hasCard { faults.append("it is refunded and still has a card") }
        case .accepted, .sent, .unknown, .queued:
            if end != nil { faults.append("it is open and its cost has been moved on") }
            if hasCard, cardState != .reserved || !isCardItsOwn { faults.append("its card is not reserved for it") }
        case .unrecognised:
            break
        }
        return faults
    }
}
