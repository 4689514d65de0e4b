import RasidBase
import RasidDatabase
import RasidEvents
import RasidLedger
import RasidOrders
import RasidStock

// What is checked of everything, every thousand steps and at the end.
extension Simulation {
    private static let selectMovements = Statement(
        "SELECT order_id, kind, amount FROM transfers WHERE order_id IS NOT NULL ORDER BY seq")
    private static let selectCards = Statement("SELECT id, state FROM cards WHERE order_id IS NOT NULL")
    private static let selectAvailable = Statement("SELECT id FROM cards WHERE state = 1")
    private static let countCards = Statement("SELECT count(*) FROM cards WHERE serial IS NOT NULL")
    private static let selectEvents = Statement("SELECT account_id, environment, order_id, kind FROM events")

    /// Everything: the shop's own audit, and what it cannot know.
    func checkEverything() async throws {
        try checkTouched()
        try store.look { transaction in
            try checkOrders(transaction)
            for wallet in model.owners { try check(wallet, transaction) }
        }
        let report = try await Audit(database: store, time: time).run()
        if let finding = report.findings.first { throw Violation("audit: \(finding.subject): \(finding.sentence)") }
        let available = try store.look { try $0.all(Self.selectAvailable) { try $0.id(0, of: CardTag.self) } }
        if let card = available.first(where: { model.exposed[$0] != nil }) {
            throw Violation("the card \(card) was exposed and is for sale")
        }
        let cards = try store.look { try $0.first(Self.countCards) { Int($0.integer(0)) } ?? 0 }
        guard (cardsIn...cardsMade).contains(cards) else {
            throw Violation("\(cards) imported cards are there; \(cardsIn) came in of \(cardsMade)")
        }
        try checkOperators()
        try checkEvents()
    }

    /// Every order that is there, and that none is missing.
    private func checkOrders(_ transaction: Transaction) throws {
        var movements: [OrderID: [Movement]] = [:]
        try transaction.each(Self.selectMovements) { row in
            let movement = Movement(kind: TransferKind(rawValue: row.integer(1)), amount: row.money(2))
            movements[try row.id(0), default: []].append(movement)
        }
        var cards: [CardID: CardState] = [:]
        try transaction.each(Self.selectCards) { cards[try $0.id(0)] = CardState(rawValue: $0.integer(1)) }
        var found: Set<OrderID> = []
        for order in try StaffReading.latest(.max, in: transaction) {
            found.insert(order.id)
            try check(order, movements[order.id] ?? [], order.card.flatMap { cards[$0] }, transaction)
        }
        if let lost = model.sequence.first(where: { !found.contains($0) }) {
            throw Violation("\(model.name(of: lost)) was acknowledged and is not in the store")
        }
    }

    /// No line is charged twice.
    func checkOperators() throws {
        for id in model.sequence {
            let truths = operators.compactMap { $0.truth(of: id) }
            let recharges = truths.reduce(0) { $0 + $1.recharges }
            guard recharges <= 1 else {
                throw Violation("\(model.name(of: id)) was recharged \(recharges) times")
            }
        }
    }

    /// What became of an order was told once, to whom it belongs.
    private func checkEvents() throws {
        struct Event: Hashable {
            let wallet: WalletID
            let kind: EventKind?
        }
        var told: [OrderID: [Event]] = [:]
        try store.look { transaction in
            try transaction.each(Self.selectEvents) { row in
                let wallet = WalletID(account: row.account(0), environment: try row.environment(1))
                told[try row.id(2), default: []].append(
                    Event(wallet: wallet, kind: EventKind(rawValue: row.integer(3))))
            }
        }
        for id in model.sequence {
            guard let order = model.orders[id] else { continue }
            var expected: [Event] = []
            if order.wasQueued { expected.append(Event(wallet: order.wallet, kind: .queued)) }
            if order.state == .fulfilled { expected.append(Event(wallet: order.wallet, kind: .fulfilled)) }
            if order.state == .refunded { expected.append(Event(wallet: order.wallet, kind: .refunded)) }
            guard told[id, default: []] == expected else {
                throw Violation(
                    "of \(model.name(of: id)) \(told[id, default: []].count) events tell, and \(expected.count) should")
            }
        }
    }
}
