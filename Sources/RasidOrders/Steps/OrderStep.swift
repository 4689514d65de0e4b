public import RasidBase
import RasidDatabase
import RasidEvents
import RasidLedger
public import RasidStock

/// What an operator's yes brought along.
public struct Receipt: Sendable {
    /// The operator's own number of the recharge; shown as `num_trans`.
    public let transactionNumber: String
    /// The code that came with it, sealed; nil where the order's own reserved card is the delivery.
    public let card: SealedCard?

    public init(transactionNumber: String, card: SealedCard?) {
        self.transactionNumber = transactionNumber
        self.card = card
    }
}

/// What a step needs that a transaction may not make itself (law 2): the time, and ids for its transfers.
public struct Provisions: Sendable {
    public let now: Timestamp
    private var identifiers: [TransferID]

    /// - Parameter count: how many orders the step may move.
    public init(_ count: Int, identifiers: any IdentifierSource, now: Timestamp) {
        self.now = now
        self.identifiers = (0..<count).map { _ in identifiers.fresh(at: now) }
    }

    mutating func next() throws -> TransferID {
        guard let id = identifiers.popLast() else { throw StoreFailure.broken("a step moved more orders than it may") }
        return id
    }
}

/// Moves one order: asks the machine, then carries out what it decided, money and card included (law 1).
struct OrderStep {
    let transaction: Transaction
    var provisions: Provisions
    /// Operators that take no orders now: none is passed on to them.
    var avoided: Set<OperatorID> = []

    private var now: Timestamp { provisions.now }

    init(_ transaction: Transaction, _ provisions: Provisions) {
        self.transaction = transaction
        self.provisions = provisions
    }

    /// - Parameters:
    ///   - caller: who calls the operator from now on, where the event is that somebody does.
    ///   - receipt: what came with a yes.
    ///   - note: what is kept where the machine asks for evidence.
    mutating func apply(
        _ event: OrderMachine.Event, to row: inout OrderRow, by caller: NodeID = .nobody, receipt: Receipt? = nil,
        note: String = ""
    ) throws {
        let (before, operatorID) = (row.machine, row.operatorID)
        let actions = row.machine.apply(event, at: now)
        for action in actions { try carryOut(action, on: &row, receipt: receipt, note: note) }
        guard row.machine != before || row.operatorID != operatorID else { return }
        // A call that was answered is nobody's any more; an attempt that is repeated stays with whoever asked.
        if caller != .nobody || row.machine.state != .sent { row.node = caller }
        try row.update(from: before, transaction)
    }

    private mutating func carryOut(
        _ action: OrderMachine.Action, on row: inout OrderRow, receipt: Receipt?, note: String
    ) throws {
        switch action {
        case .capture:
            try fulfil(&row, with: receipt)
        case .release(let reason):
            try refund(&row, because: reason)
        case .announceQueued:
            try Transfers.announce(.queued, of: row.id, to: row.wallet, at: now, in: transaction)
        case .takeNextRoute:
            try takeNextRoute(&row)
        case .openCase(let kind):
            try Cases.open(kind, row.id, amount: row.cost, at: now, transaction)
        case .keepEvidence:
            try Evidence.keep(note, of: row.id, attempt: row.machine.attempt, at: now, transaction)
        }
    }

    private mutating func fulfil(_ row: inout OrderRow, with receipt: Receipt?) throws {
        guard let receipt else { throw StoreFailure.broken("an order was fulfilled without a receipt") }
        var transactionNumber = receipt.transactionNumber
        if let arrived = receipt.card {
            try letGo(of: row)
            guard try Cards.add(arrived, as: .delivered, for: row.id, transaction) else {
                throw Overtaken("the code came with another order meanwhile")
            }
            row.card = arrived.id
        } else if let card = row.card {
            transactionNumber = try Cards.deliver(card, to: row.id, transaction) ?? transactionNumber
        }
        row.transactionNumber = transactionNumber
        row.finishedAt = now
        try Transfers.capture(row.cost, of: row.booked, as: provisions.next(), at: now, in: transaction)
    }

    private mutating func refund(_ row: inout OrderRow, because reason: RefundReason) throws {
        try letGo(of: row)
        row.card = nil
        row.refundReason = reason
        row.finishedAt = now
        try Transfers.release(
            row.cost, of: row.booked, as: provisions.next(), note: reason.rawValue, at: now, in: transaction)
    }

    /// A reserved card goes back into stock only if its code has never left the process (law 4).
    private func letGo(of row: OrderRow) throws {
        guard let card = row.card else { return }
        if row.isCardExposed {
            try Cards.suspect(card, of: row.id, transaction)
        } else {
            try Cards.putBack(card, of: row.id, transaction)
        }
    }

    private func takeNextRoute(_ row: inout OrderRow) throws {
        guard let next = try Self.nextRoute(after: row, avoiding: avoided, now, transaction) else {
            throw Overtaken("the routes were set anew meanwhile")
        }
        if next.needsCard, row.card == nil {
            row.card = try Cards.reserve(
                row.product, in: row.wallet.environment, for: row.id, today: now.dayInAlgiers, transaction)
            guard row.card != nil else { throw Overtaken("the last cards are being sold to others") }
        }
        row.operatorID = next.id
        row.machine.beginsAnew()
    }

    /// The operator that comes after the order's present one and can have it.
    ///
    /// - Parameter avoided: operators that take no orders now.
    static func nextRoute(
        after row: OrderRow, avoiding avoided: Set<OperatorID> = [], _ now: Timestamp, _ transaction: Transaction
    ) throws -> Supplier? {
        let route = try Routes.operators(
            for: row.number.type, row.value, in: row.wallet.environment, transaction)
        guard let present = route.firstIndex(where: { $0.id == row.operatorID }) else { return nil }
        return try route[(present + 1)...].first { supplier in
            guard !avoided.contains(supplier.id) else { return false }
            guard supplier.needsCard else {
                return try SupplierOffers.isAvailable(row.number.type, row.value, at: supplier.id, transaction)
            }
            guard row.card == nil else { return true }
            return try Cards.isAvailable(
                row.product, in: row.wallet.environment, today: now.dayInAlgiers, transaction)
        }
    }
}
