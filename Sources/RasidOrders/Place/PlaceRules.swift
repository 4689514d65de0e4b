import RasidBase
import RasidDatabase
import RasidLedger
import RasidStock

/// The one transaction that sells: reference, price, stock, money, card and order, all or nothing (law 1).
///
/// Refusals come in the contract's order (§4). The card is locked last.
enum PlaceRules {
    /// - Throws: ``Problem``, with nothing written; ``Overtaken`` where another request was faster.
    static func place(_ placement: Placement, _ transaction: Transaction) throws -> PlacedOrder {
        if let earlier = try IdempotencyKeys.answer(to: placement, transaction) { return earlier }
        let number = try placement.number.get()
        try refuseSandboxNumber(number, placement, [.notASubscriber])
        try refuseKnownReference(placement, transaction)
        let offer = try offer(for: placement, transaction)
        try refuseSandboxNumber(number, placement, [.outOfStock, .insufficientBalance], cost: offer.cost)
        let orderNumber = try hold(offer.cost, placement, transaction)
        let card = try reserve(offer, placement, transaction)
        let row = row(placement, number, offer, orderNumber: orderNumber, card: card)
        try row.insert(transaction)
        try IdempotencyKeys.keep(placement, transaction)
        return PlacedOrder(id: row.id, reference: row.reference, isRepeat: false, operatorID: row.operatorID)
    }

    /// The order of an earlier run of the same placement whose commit was in doubt.
    ///
    /// That run holds its wallet until its end: once the wallet is ours, it has stored the order or never will. And a lock
    /// is written: its commit waits for whatever the standby has not got of that run, as a look alone would not.
    static func settled(_ placement: Placement, _ transaction: Transaction) throws -> PlacedOrder? {
        try Balances.lock(placement.wallet, in: transaction)
        return try OrderRow.find(placement.id, transaction).map {
            PlacedOrder(id: $0.id, reference: $0.reference, isRepeat: false, operatorID: $0.operatorID)
        }
    }

    private static func refuseKnownReference(_ placement: Placement, _ transaction: Transaction) throws {
        guard let known = try OrderRow.find(placement.reference, of: placement.wallet, transaction) else { return }
        guard try !IdempotencyKeys.isUsed(by: placement, transaction) else { throw repeated }
        throw Problem.duplicatedReference(
            reference: known.reference, order: known.id,
            status: known.machine.state.status(wasQueued: known.machine.queuedAt != nil))
    }

    /// An operator that is this very shop would sell one order to itself without end: such a sale bears the id of one of
    /// ours as its reference, which nobody else could know.
    private static func refuseLoop(_ placement: Placement, _ transaction: Transaction) throws {
        guard placement.wallet.environment == .production, let id = OrderID(placement.reference),
            let own = try OrderRow.find(id, transaction), !own.machine.state.isFinal
        else { return }
        throw Problem.outOfStock(type: placement.request.type, value: placement.request.value)
    }

    private static let repeated = Overtaken("the same request was accepted meanwhile")

    /// A refusal that another request may have caused: if that was this very request, sent twice, its answer is the order.
    private static func refuse(
        _ problem: Problem, _ placement: Placement, _ transaction: Transaction
    ) throws -> Never {
        let isKnown = try OrderRow.find(placement.reference, of: placement.wallet, transaction) != nil
        if try isKnown || IdempotencyKeys.isUsed(by: placement, transaction) { throw repeated }
        throw problem
    }

    private static func offer(for placement: Placement, _ transaction: Transaction) throws -> Offer {
        let request = placement.request
        guard
            let offer = try Offers.find(
                request.type, request.value, for: placement.wallet, today: placement.now.dayInAlgiers, in: transaction)
        else {
            throw Problem.invalid(
                .notAllowed(.body, "value", value: request.value.description))
        }
        try refuseLoop(placement, transaction)
        guard offer.isAvailable else {
            try refuse(.outOfStock(type: request.type, value: request.value), placement, transaction)
        }
        return offer
    }

    private static func hold(_ cost: Money, _ placement: Placement, _ transaction: Transaction) throws -> Int64 {
        let held = try Transfers.hold(
            cost, for: placement.id, of: placement.wallet, as: placement.hold, at: placement.now, in: transaction)
        guard let held else {
            let available = try Balances.of(placement.wallet, in: transaction).wallet
            guard available < cost else { throw Overtaken("money came in meanwhile") }
            try refuse(.insufficientBalance(required: cost, available: available), placement, transaction)
        }
        return held
    }

    private static func reserve(
        _ offer: Offer, _ placement: Placement, _ transaction: Transaction
    ) throws -> CardID? {
        guard offer.needsCard else { return nil }
        let (environment, today) = (placement.wallet.environment, placement.now.dayInAlgiers)
        let card = try Cards.reserve(offer.product, in: environment, for: placement.id, today: today, transaction)
        if let card { return card }
        // Others hold the last cards locked and may yet let go of them (design §8).
        guard try !Cards.isAvailable(offer.product, in: environment, today: today, transaction) else {
            throw Overtaken("the last cards are being sold to others")
        }
        try refuse(
            .outOfStock(type: placement.request.type, value: placement.request.value), placement, transaction)
    }

    /// The sandbox refuses some numbers on purpose (contract §6); production judges a number by its form alone.
    private static func refuseSandboxNumber(
        _ number: ServiceNumber, _ placement: Placement, _ scripts: Set<SandboxNumber>, cost: Money = .zero
    ) throws {
        guard placement.wallet.environment == .sandbox else { return }
        guard let script = SandboxNumber(number), scripts.contains(script) else { return }
        switch script {
        case .notASubscriber:
            throw Problem.notASubscriber(number)
        case .outOfStock:
            throw Problem.outOfStock(type: placement.request.type, value: placement.request.value)
        case .insufficientBalance:
            throw Problem.insufficientBalance(required: cost, available: .zero)
        case .rejected, .queuedThenFulfilled, .queuedThenRefunded, .lostThenFulfilled, .lostThenRefunded, .slow:
            return
        }
    }

    private static func row(
        _ placement: Placement, _ number: ServiceNumber, _ offer: Offer, orderNumber: Int64, card: CardID?
    ) -> OrderRow {
        let now = placement.now
        return OrderRow(
            id: placement.id, wallet: placement.wallet, orderNumber: orderNumber, reference: placement.reference,
            number: number, product: offer.product, value: placement.request.value, cost: offer.cost,
            machine: OrderMachine(
                state: .accepted, attempt: 0, placedAt: now, since: now, queuedAt: nil, dueAt: now),
            operatorID: offer.operatorID, node: .nobody, card: card, isCardExposed: false)
    }
}
