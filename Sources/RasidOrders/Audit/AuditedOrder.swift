import RasidBase
import RasidDatabase
import RasidLedger
import RasidStock

/// One order beside its transfers and its card.
struct AuditedOrder {
    /// nil where what is stored is no id.
    let id: OrderID?
    let number: Int64
    let state: OrderState
    let cost: Money
    /// It was shown as QUEUED at some time.
    let wasQueued: Bool
    private let wallet: WalletID
    private let held: Money?
    private let end: (kind: TransferKind?, amount: Money)?
    private let adjusted: Money?
    private let cardState: CardState?
    private let isCardItsOwn: Bool
    private let hasCard: Bool
    /// A job has carried its card's code out, it has ended, and no imported card is delivered to it or set aside for it.
    private let isExposedCardGone: Bool

    private static let columns = """
        orders.id, orders.order_no, orders.state, orders.cost, holds.amount, ends.kind, ends.amount,
            adjustments.amount, cards.state, cards.order_id, orders.card_id,
            CASE WHEN orders.card_exposed = 1 AND orders.finished_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM cards AS own JOIN batches ON batches.id = own.batch_id
                    WHERE own.order_id = orders.id AND own.state IN (2, 3) AND substr(batches.source, 1, 7) = 'import ')
                AND NOT EXISTS (SELECT 1 FROM cards AS aside JOIN batches ON batches.id = aside.batch_id
                    WHERE aside.order_id = orders.id AND aside.state = 4 AND substr(batches.source, 1, 7) = 'import ')
            THEN 1 ELSE 0 END,
            orders.queued_at, orders.account_id, orders.environment
        """
    private static let joins = """
        LEFT JOIN transfers AS holds ON holds.kind = 3 AND holds.account_id = orders.account_id
            AND holds.environment = orders.environment AND holds.order_no = orders.order_no
            AND holds.order_id = orders.id
        LEFT JOIN transfers AS ends ON ends.kind IN (4, 5) AND ends.account_id = orders.account_id
            AND ends.environment = orders.environment AND ends.order_no = orders.order_no
            AND ends.order_id = orders.id
        LEFT JOIN transfers AS adjustments ON adjustments.kind = 6
            AND adjustments.account_id = orders.account_id AND adjustments.environment = orders.environment
            AND adjustments.order_no = orders.order_no AND adjustments.order_id = orders.id
        LEFT JOIN cards ON cards.id = orders.card_id
        """

    private static let selectNumbered = Statement(
        """
        SELECT \(columns) FROM orders \(joins)
        WHERE orders.account_id = ? AND orders.environment = ? AND orders.order_no > ?
        ORDER BY orders.order_no LIMIT ?
        """)
    private static let selectPending = Statement(
        """
        SELECT \(columns) FROM audit_pending JOIN orders ON orders.id = audit_pending.order_id \(joins)
        WHERE audit_pending.order_id > ? ORDER BY audit_pending.order_id LIMIT ?
        """)

    /// A wallet's orders after a number, in their order.
    static func each(
        of wallet: WalletID, after number: Int64, limit: Int64, _ transaction: Transaction,
        _ body: (AuditedOrder) throws -> Void
    ) throws {
        let parameters: [Value] = [
            .account(wallet.account), .environment(wallet.environment), .integer(number), .integer(limit),
        ]
        try transaction.each(selectNumbered, parameters) { try body(AuditedOrder($0)) }
    }

    /// Orders that were open when they were last looked at, the oldest first.
    static func eachPending(
        after order: OrderID?, limit: Int64, _ transaction: Transaction, _ body: (AuditedOrder) throws -> Void
    ) throws {
        try transaction.each(selectPending, [order.map { .id($0) } ?? .bytes([]), .integer(limit)]) {
            try body(AuditedOrder($0))
        }
    }

    private init(_ row: any Row) throws {
        // One row that is damaged must not keep an audit from those behind it.
        id = try? row.id(0)
        number = row.integer(1)
        state = OrderState(storedCode: row.integer(2))
        cost = row.money(3)
        held = row.optionalInteger(4).map(Money.init(centimes:))
        end = row.isNull(5) ? nil : (TransferKind(rawValue: row.integer(5)), row.money(6))
        adjusted = row.optionalInteger(7).map(Money.init(centimes:))
        cardState = row.optionalInteger(8).flatMap(CardState.init(rawValue:))
        let owner = try? row.optionalID(9, of: OrderTag.self)
        isCardItsOwn = owner != nil && owner == id
        hasCard = !row.isNull(10)
        isExposedCardGone = row.flag(11)
        wasQueued = !row.isNull(12)
        wallet = WalletID(account: row.account(13), environment: try row.environment(14))
    }

    /// - Parameter next: the number that follows from the order before it.
    func findings(whenNextIs next: Int64) -> [AuditFinding] {
        guard number != next else { return findings }
        return findings + [finding("its number is \(number), \(next) was next")]
    }

    var findings: [AuditFinding] {
        (moneyFaults + cardFaults).map(finding) + (id == nil ? [finding("its id cannot be read")] : [])
    }

    private func finding(_ sentence: String) -> AuditFinding {
        id.map { AuditFinding("order \($0)", sentence) } ?? AuditFinding(wallet, "order number \(number): \(sentence)")
    }

    /// Whether this version knows what its state means.
    var isKnown: Bool {
        if case .unrecognised = state { false } else { true }
    }

    private var moneyFaults: [String] {
        var faults: [String] = []
        if held != cost { faults.append("it costs \(cost) DZD, its hold is \(held.map(\.description) ?? "missing")") }
        if let end, end.amount != cost { faults.append("it costs \(cost) DZD, \(end.amount) was moved at its end") }
        if let adjusted, adjusted != cost { faults.append("it costs \(cost) DZD, \(adjusted) was paid back") }
        if adjusted != nil, state != .fulfilled, isKnown {
            faults.append("it was paid back as delivered and is \(state)")
        }
        switch state {
        case .fulfilled where end?.kind != .capture:
            faults.append("it is fulfilled and its cost was not captured")
        case .refunded where end?.kind != .release:
            faults.append("it is refunded and its cost was not given back")
        case .accepted where end != nil, .sent where end != nil, .unknown where end != nil, .queued where end != nil:
            faults.append("it is open and its cost has been moved on")
        case .accepted, .sent, .unknown, .queued, .fulfilled, .refunded, .unrecognised:
            break
        }
        return faults
    }

    private var cardFaults: [String] {
        switch state {
        case .fulfilled where cardState != .delivered || !isCardItsOwn:
            ["it is fulfilled and has no delivered card"]
        case .refunded where hasCard:
            ["it is refunded and still has a card"]
        case .refunded where isExposedCardGone, .fulfilled where isExposedCardGone:
            ["an operator was handed its card's code, and the card is not set aside"]
        case .accepted where hasCard, .sent where hasCard, .unknown where hasCard, .queued where hasCard:
            cardState == .reserved && isCardItsOwn ? [] : ["its card is not reserved for it"]
        case .accepted, .sent, .unknown, .queued, .fulfilled, .refunded, .unrecognised:
            []
        }
    }
}
