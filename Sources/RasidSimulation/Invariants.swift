import RasidBase
import RasidDatabase
import RasidLedger
import RasidOperators
import RasidOrders
import RasidStock

// What is checked after each step of what it touched, and of everything every thousand steps.
extension Simulation {
    func touch(_ order: OrderID) { touched.append(order) }

    /// How old every open order is; every quarter of an hour.
    func checkAges() throws {
        guard time.monotonic >= nextAgeCheck else { return }
        nextAgeCheck = time.monotonic + Self.agePause
        for (id, placedAt) in try store.look({ transaction in
            try transaction.all(Self.selectOpen) { (try $0.id(0, of: OrderTag.self), $0.time(1)) }
        }) { try checkAge(of: id, placedAt: placedAt) }
    }

    private static let agePause: Int64 = 900_000
    private static let selectOpen = Statement("SELECT id, created_at FROM orders WHERE finished_at IS NULL")

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
        let booked = BookedOrder(id, of: found.wallet, number: found.orderNumber)
        let movements = try Transfers.all(of: booked, in: transaction).map {
            Movement(kind: $0.kind, amount: $0.amount)
        }
        try check(
            found, movements, try found.card.flatMap { try CardStock.find($0, in: transaction)?.state }, transaction)
        return found.wallet
    }

    /// One movement of an order's money.
    struct Movement {
        let kind: TransferKind?
        let amount: Money
    }

    /// - Parameter card: the state of the order's card, if it has one.
    func check(
        _ found: StaffOrder, _ movements: [Movement], _ card: CardState?, _ transaction: Transaction
    ) throws {
        let id = found.id
        let isNew = model.orders[id] == nil
        let before = model.orders[id]?.state ?? .accepted
        try model.saw(found) { try transaction.first(Self.selectLine, [.id(id)]) { $0.text(0) } ?? "" }
        model.checks += 1
        if isNew { try checkPrice(of: found) }
        try checkMoney(of: found, movements)
        try checkCard(of: found, card)
        if !before.isFinal, found.state.isFinal {
            tell("\(model.name(of: id)) ends \(found.state)", "end", Int(found.orderNumber))
            try checkReason(of: found, whichWas: before, transaction)
        }
    }

    /// It costs what the owner asked this account for, since it was first asked for.
    private func checkPrice(of order: StaffOrder) throws {
        guard let since = model.orders[order.id]?.triedAt else { return }
        let price = Price(type: order.type, value: order.value, account: order.wallet.account)
        guard prices.inForce(price, from: since, through: time.monotonic).contains(order.cost) else {
            throw Violation("\(model.name(of: order.id)) costs \(order.cost), which nobody has asked for")
        }
    }

    private func checkMoney(of order: StaffOrder, _ movements: [Movement]) throws {
        let name = model.name(of: order.id)
        func count(_ kind: TransferKind) -> Int { movements.count { $0.kind == kind } }
        guard movements.allSatisfy({ $0.amount == order.cost }) else {
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

    private func checkCard(of order: StaffOrder, _ state: CardState?) throws {
        let name = model.name(of: order.id)
        guard order.card != nil else {
            if order.state == .fulfilled { throw Violation("\(name) is fulfilled without a card") }
            return
        }
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
        case (.refunded, let reason):
            let last = operators.first { $0.id == order.operatorID }
            guard let reason, last?.truth(of: order.id)?.refusals.contains(reason) == true else {
                throw Violation("\(name) is refunded and its operator has not said so")
            }
        default:
            break
        }
    }

    private func hasOpenCase(_ kind: CaseKind, _ id: OrderID, _ transaction: Transaction) throws -> Bool {
        try Cases.all(of: id, in: transaction).contains { $0.kind == kind && $0.closedAt == nil }
    }

    func check(_ wallet: WalletID, _ transaction: Transaction) throws {
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
}
