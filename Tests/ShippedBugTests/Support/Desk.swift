import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting

/// A shop and everything that may happen to an order of its, one call each.
struct Desk {
    /// How an order can end, or be pulled at after its end.
    enum End: CaseIterable {
        case yes, no, cancel, adjust, endOfLife, nodeDied, voucher
    }

    let shop: TestShop
    let sealer: OperatorSealer

    init() async throws {
        shop = try await TestShop()
        sealer = OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers)
    }

    /// Takes what waits, for a node that no reconciler is.
    func claim() throws -> [Assignment] {
        let provisions = shop.provisions(0)
        return try shop.database.commit {
            try Claims.take(
                Claims.Claim(operatorID: .simulator, node: NodeID(77), slots: 8, deadline: .seconds(60)), provisions,
                in: $0
            ).recharges
        }
    }

    func receipt(_ code: String, _ assignment: Assignment) async throws -> Receipt {
        let arrival = OperatorSealer.Arrival(
            operatorID: assignment.operatorID, environment: assignment.environment, product: assignment.product)
        return Receipt(
            transactionNumber: "T-1", card: try await sealer.seal(code, arrival, at: shop.time.now))
    }

    @discardableResult
    func answer(_ word: OperatorWord, to assignment: Assignment) throws -> Answers.Outcome {
        let answer = Answers.Answer(
            to: assignment, word, askAfter: .seconds(2), deadline: .seconds(60), saying: "as the test says")
        let provisions = shop.provisions(1)
        return try shop.database.commit { try Answers.record(answer, provisions, in: $0) }
    }

    /// - Returns: what staff was told; nil where it was done.
    func staff(_ body: @escaping @Sendable (Provisions, Transaction) throws -> Void) throws -> String? {
        let provisions = shop.provisions()
        do {
            try shop.database.commit { try body(provisions, $0) }
            return nil
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    func cancel(_ order: OrderID) throws -> String? {
        try staff { try StaffSteps.refund(order, reason: "test", $0, in: $1) }
    }

    func adjust(_ order: OrderID) throws -> String? {
        try staff { try StaffSteps.adjust(order, reason: "test", $0, in: $1) }
    }

    /// Lets one thing happen to an order that was claimed as `assignment`.
    func apply(_ end: End, to assignment: Assignment) async throws {
        let order = assignment.order
        let provisions = shop.provisions()
        switch end {
        case .yes: try answer(.yes(try await receipt("CODE-\(order)", assignment)), to: assignment)
        case .no: try answer(.no(.operatorRejected), to: assignment)
        case .cancel: _ = try cancel(order)
        case .adjust: _ = try adjust(order)
        case .endOfLife:
            shop.time.advance(by: .seconds(49 * 3600))
            let later = shop.provisions()
            _ = try shop.database.commit { try Reconciliation.endLives([order], later, in: $0) }
        case .nodeDied:
            let lost = try shop.database.look { try Reconciliation.lost(.simulator, limit: 8, in: $0, unless: []) }
            try shop.database.commit { try Reconciliation.doubt(lost, provisions, in: $0) }
        case .voucher:
            _ = try shop.database.commit { try Claims.deliverReserved([order], provisions, in: $0) }
        }
    }

    /// How an order's money has moved.
    func moves(of order: OrderID) throws -> [TransferKind] {
        try shop.database.look { transaction in
            let row = try StaffReading.find(order, in: transaction)
            let booked = BookedOrder(order, of: row.wallet, number: row.orderNumber)
            return try Transfers.all(of: booked, in: transaction).map(\.kind)
        }
    }

    /// How many cards are in each state, of all products together.
    func stock() throws -> [CardState: Int] {
        let today = shop.time.now.dayInAlgiers
        let counts = try shop.database.look { try CardStock.counts(today: today, in: $0) }
        return Dictionary(counts.map { ($0.state, $0.count) }, uniquingKeysWith: +)
    }

    func deliverReserved() throws -> [OrderID] {
        let provisions = shop.provisions()
        return try shop.database.commit {
            try Claims.deliverReserved(.voucher, limit: 8, provisions, in: $0)
        }
    }
}
