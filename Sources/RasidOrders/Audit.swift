import RasidBase
public import RasidDatabase
public import RasidLedger
import RasidStock

/// What `rasid audit` says.
public struct AuditReport: Hashable, Sendable {
    public var accounts = 0
    public var orders = 0
    public var transfers = 0
    public var cards = 0
    public var findings: [AuditFinding] = []

    public var isClean: Bool { findings.isEmpty }
}

/// Re-adds everything: each wallet in one short snapshot, then the cards, then the sum over all (design §5).
public struct Audit: Sendable {
    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    /// - Parameter progress: is told how many wallets of how many are done.
    public func run(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> AuditReport {
        let wallets = try await database.scan { try LedgerAudit.wallets(in: $0) }
        var report = AuditReport()
        report.accounts = Set(wallets.map(\.account)).count
        for (index, wallet) in wallets.enumerated() {
            let (books, orders) = try await database.scan { transaction in
                let books = try LedgerAudit.books(of: wallet, in: transaction)
                return (books, try Self.orders(of: wallet, books.balances, transaction))
            }
            report.transfers += books.transfers
            report.orders += orders.count
            report.findings += books.findings + orders.findings
            progress(index + 1, wallets.count)
        }
        let cards = try await database.scan { try Self.cards($0) }
        report.cards = cards.count
        report.findings += cards.findings
        report.findings += try await database.scan { try LedgerAudit.whole(in: $0) }
        return report
    }

    private typealias Look = (count: Int, findings: [AuditFinding])

    private static let selectOrders = Statement(
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
        WHERE orders.account_id = ? AND orders.environment = ? ORDER BY orders.order_no
        """)

    /// Every order has its hold, its one end and its card; the open ones together are what is held.
    private static func orders(
        of wallet: WalletID, _ balances: Balances, _ transaction: Transaction
    ) throws -> Look {
        var count = 0
        var open = Money.zero
        var findings: [AuditFinding] = []
        try transaction.each(
            selectOrders, [.account(wallet.account), .environment(wallet.environment)]
        ) { row in
            count += 1
            let order = try AuditedOrder(row)
            if !order.state.isFinal { open = open + order.cost }
            var sentences = order.faults
            if order.number != Int64(count) { sentences.append("its number is \(order.number), \(count) was next") }
            if findings.count < Limits.auditFindings {
                findings += sentences.map { AuditFinding("order \(order.id)", $0) }
            }
        }
        let subject = "account \(wallet.account.number) \(wallet.environment.rawValue)"
        if open != balances.held {
            findings.append(AuditFinding(subject, "open orders cost \(open) DZD, \(balances.held) is held"))
        }
        if Int64(count) != balances.orderNumber {
            findings.append(AuditFinding(subject, "it has \(count) orders, its row says \(balances.orderNumber)"))
        }
        return (count, findings)
    }

    private static let countCards = Statement("SELECT count(*) FROM cards")
    private static let selectStrays = Statement(
        """
        SELECT cards.id FROM cards LEFT JOIN orders ON orders.id = cards.order_id AND orders.card_id = cards.id
            AND orders.environment = cards.environment AND orders.product_id = cards.product_id
        WHERE cards.state IN (2, 3) AND orders.id IS NULL LIMIT ?
        """)
    private static let selectExposed = Statement(
        """
        SELECT cards.id FROM cards JOIN reveals ON reveals.card_id = cards.id WHERE cards.state = 1 LIMIT ?
        """)

    /// No card belongs to an order that does not know it, and none that was seen is for sale.
    private static func cards(_ transaction: Transaction) throws -> Look {
        let bound: [Value] = [.integer(Int64(Limits.auditFindings))]
        let strays = try transaction.all(selectStrays, bound) {
            AuditFinding("card \(try $0.id(0, of: CardTag.self))", "it is set aside for an order that does not have it")
        }
        let exposed = try transaction.all(selectExposed, bound) {
            AuditFinding("card \(try $0.id(0, of: CardTag.self))", "it is for sale and its code has been shown")
        }
        return (Int(try transaction.first(countCards) { $0.integer(0) } ?? 0), strays + exposed)
    }
}

/// One order beside its transfers and its card.
private struct AuditedOrder {
    let id: OrderID
    let number: Int64
    let state: OrderState
    let cost: Money
    let held: Money?
    let end: (kind: TransferKind?, amount: Money)?
    let cardState: CardState?
    let isCardItsOwn: Bool
    let hasCard: Bool

    init(_ row: any Row) throws {
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

    var faults: [String] {
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
