import RasidBase
import RasidDatabase
import RasidEvents
import RasidLedger
import RasidOperators
import RasidOrders
import RasidStock

// What is checked after each step of what it touched, and of everything every thousand steps.
extension Simulation {
    func touch(_ order: OrderID) { touched.append(order) }

    /// Orders that a round may have moved without saying which.
    func touchOpenOrders() throws {
        let rows = try store.look { transaction in
            try transaction.all(Self.selectOpen) { row in
                (id: try row.id(0, of: OrderTag.self), state: row.integer(1), placedAt: row.time(2))
            }
        }
        var left = model.open
        for row in rows {
            left.remove(row.id)
            if model.orders[row.id]?.state.storedCode != row.state { touch(row.id) }
            try checkAge(of: row.id, placedAt: row.placedAt)
        }
        // A set has no order of its own, and the story must have one.
        for order in left.sorted(by: { model.number(of: $0) < model.number(of: $1) }) { touch(order) }
    }

    private static let selectOpen = Statement("SELECT id, state, created_at FROM orders WHERE finished_at IS NULL")

    /// Milliseconds that an end by age may be late: rounds a quarter of an hour apart at night, and as much for each
    /// process that begins and cannot tell what the clock did before it.
    private static let latestEnd: Int64 = 5_400_000

    /// Every order ends when it is 48 hours old, or when the clock may be trusted again after a jump.
    private func checkAge(of id: OrderID, placedAt: Timestamp) throws {
        guard time.now.since(placedAt) >= Limits.orderLife else {
            overdue[id] = nil
            return
        }
        let since = overdue[id, default: time.monotonic]
        overdue[id] = since
        guard time.monotonic <= max(since, noAgeBefore) + Self.latestEnd else {
            throw Violation("\(model.name(of: id)) is older than 48 hours and still open")
        }
    }

    func checkTouched() throws {
        let orders = touched
        touched.removeAll(keepingCapacity: true)
        var wallets = touchedWallets
        touchedWallets.removeAll(keepingCapacity: true)
        guard !orders.isEmpty || !wallets.isEmpty else { return }
        try store.look { transaction in
            var seen: (orders: Set<OrderID>, wallets: Set<WalletID>) = ([], [])
            for order in orders where seen.orders.insert(order).inserted {
                if let wallet = try check(order, transaction) { wallets.append(wallet) }
            }
            for wallet in wallets where seen.wallets.insert(wallet).inserted { try check(wallet, transaction) }
        }
    }

    private static let selectLine = Statement("SELECT number FROM orders WHERE id = ?")

    /// - Returns: whose order it is.
    private func check(_ id: OrderID, _ transaction: Transaction) throws -> WalletID? {
        let found: StaffOrder
        do {
            found = try StaffReading.find(id, in: transaction)
        } catch is Refusal {
            guard model.orders[id] == nil else {
                throw Violation("\(model.name(of: id)) was acknowledged and is not in the store")
            }
            return nil
        }
        let before = model.orders[id]?.state ?? .accepted
        try model.saw(found) { try transaction.first(Self.selectLine, [.id(id)]) { $0.text(0) } ?? "" }
        model.checks += 1
        try checkMoney(of: found, transaction)
        try checkCard(of: found, transaction)
        if !before.isFinal, found.state.isFinal {
            tell("\(model.name(of: id)) ends \(found.state)", "end", Int(found.orderNumber))
            try checkReason(of: found, whichWas: before, transaction)
        }
        return found.wallet
    }

    private func checkMoney(of order: StaffOrder, _ transaction: Transaction) throws {
        let name = model.name(of: order.id)
        let booked = BookedOrder(order.id, of: order.wallet, number: order.orderNumber)
        let transfers = try Transfers.all(of: booked, in: transaction)
        func count(_ kind: TransferKind) -> Int { transfers.count { $0.kind == kind } }
        guard transfers.allSatisfy({ $0.amount == order.cost }) else {
            throw Violation("\(name) costs \(order.cost) and another amount was moved")
        }
        guard count(.hold) == 1 else { throw Violation("\(name) has \(count(.hold)) holds") }
        guard count(.capture) == (order.state == .fulfilled ? 1 : 0) else {
            throw Violation("\(name) is \(order.state) and has \(count(.capture)) captures")
        }
        guard count(.release) == (order.state == .refunded ? 1 : 0) else {
            throw Violation("\(name) is \(order.state) and has \(count(.release)) releases")
        }
    }

    private func checkCard(of order: StaffOrder, _ transaction: Transaction) throws {
        let name = model.name(of: order.id)
        guard let card = order.card else {
            if order.state == .fulfilled { throw Violation("\(name) is fulfilled without a card") }
            return
        }
        let state = try CardStock.find(card, in: transaction)?.state
        let expected: CardState = order.state == .fulfilled ? .delivered : .reserved
        guard state == expected else {
            throw Violation("\(name) is \(order.state) and its card \(state.map { "\($0)" } ?? "gone")")
        }
    }

    /// Every end has a reason outside the store.
    private func checkReason(
        of order: StaffOrder, whichWas before: OrderState, _ transaction: Transaction
    ) throws {
        let name = model.name(of: order.id)
        let truths = operators.compactMap { $0.truth(of: order.id) }
        switch (order.state, order.refundReason) {
        case (.fulfilled, _):
            guard order.operatorID == .voucher || truths.contains(where: { $0.recharges > 0 || $0.hasLied }) else {
                throw Violation("\(name) is fulfilled and no operator recharged it")
            }
        case (.refunded, .expired?):
            guard time.now.since(order.placedAt) >= Limits.orderLife else {
                throw Violation("\(name) expired before its 48 hours")
            }
            guard time.monotonic >= noAgeBefore else {
                throw Violation("\(name) expired within 15 minutes of a jump of the clock")
            }
            let wasInDoubt = before == .sent || before == .unknown
            guard try !wasInDoubt || hasOpenCase(.neverSettled, order.id, transaction) else {
                throw Violation("\(name) expired in doubt, and no case waits for a person")
            }
        case (.refunded, .cancelled?):
            guard model.orders[order.id]?.mayBeCancelled == true else {
                throw Violation("\(name) is cancelled and nobody did it")
            }
        case (.refunded, _):
            let last = operators.first { $0.id == order.operatorID }
            guard last?.truth(of: order.id)?.hasRefused == true else {
                throw Violation("\(name) is refunded and its operator has not said no")
            }
        default:
            break
        }
    }

    private func hasOpenCase(_ kind: CaseKind, _ id: OrderID, _ transaction: Transaction) throws -> Bool {
        try Cases.all(of: id, in: transaction).contains { $0.kind == kind && $0.closedAt == nil }
    }

    private func check(_ wallet: WalletID, _ transaction: Transaction) throws {
        let balances = try Balances.of(wallet, in: transaction)
        let expected = model.wallets[wallet] ?? Model.Wallet()
        model.checks += 1
        guard balances.wallet == expected.spendable, balances.held == expected.held else {
            throw Violation(
                "account \(wallet.account.number) \(wallet.environment.rawValue) has \(balances.wallet) and holds "
                    + "\(balances.held); it should have \(expected.spendable) and hold \(expected.held)")
        }
        guard balances.wallet >= .zero, balances.held >= .zero else {
            throw Violation("account \(wallet.account.number) \(wallet.environment.rawValue) owes money")
        }
        guard balances.orderNumber == expected.orders else {
            throw Violation("\(balances.orderNumber) orders were counted, \(expected.orders) were placed")
        }
    }

    private static let selectAvailable = Statement("SELECT id FROM cards WHERE state = 1")
    private static let countCards = Statement("SELECT count(*) FROM cards WHERE serial IS NOT NULL")
    private static let selectEnds = Statement("SELECT account_id, environment, order_id FROM events WHERE kind <> ?")

    /// Everything: the shop's own audit, and what it cannot know.
    func checkEverything() async throws {
        try touchOpenOrders()
        try checkTouched()
        try store.look { transaction in
            for order in model.sequence { _ = try check(order, transaction) }
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

    /// No line is charged twice unless the operator itself has lied about it.
    func checkOperators() throws {
        for id in model.sequence {
            let truths = operators.compactMap { $0.truth(of: id) }
            let recharges = truths.reduce(0) { $0 + $1.recharges }
            guard recharges <= (truths.contains(where: \.hasLied) ? 2 : 1) else {
                throw Violation("\(model.name(of: id)) was recharged \(recharges) times")
            }
        }
    }

    /// Each end was told once, to whom it belongs.
    private func checkEvents() throws {
        var ends: [OrderID: [WalletID]] = [:]
        try store.look { transaction in
            try transaction.each(Self.selectEnds, [.integer(EventKind.queued.rawValue)]) { row in
                let wallet = WalletID(account: row.account(0), environment: try row.environment(1))
                ends[try row.id(2), default: []].append(wallet)
            }
        }
        for id in model.sequence {
            let told = ends[id, default: []]
            let expected = model.end(of: id) == nil ? [] : model.orders[id].map { [$0.wallet] }
            guard told == expected else {
                throw Violation("the end of \(model.name(of: id)) was told \(told.count) times, or to somebody else")
            }
        }
    }
}
