import RasidBase
import RasidDatabase
import RasidLedger
import RasidTesting
import Testing

/// One wallet of a shop and everything that can be done to its money.
struct Books: Sendable {
    let shop: TestShop
    let wallet: WalletID

    /// The sandbox's wallet, which holds 100,000 DZD of play money in its first line.
    init() async throws {
        shop = try await TestShop()
        wallet = shop.sandbox
    }

    var balances: Balances {
        get throws { try shop.database.look { try Balances.of(wallet, in: $0) } }
    }

    private func step<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction, TransferID, Timestamp) throws -> Answer
    ) throws -> Answer {
        let (id, now): (TransferID, Timestamp) = (shop.identifiers.fresh(at: shop.time.now), shop.time.now)
        return try shop.database.commit { try body($0, id, now) }
    }

    func order() -> OrderID { shop.identifiers.fresh(at: shop.time.now) }

    @discardableResult
    func deposit(_ amount: Money, ref: String? = nil, note: String = "") throws -> Cash.Outcome {
        let movement = Cash.Movement(wallet: wallet, amount: amount, reference: ref, note: note)
        return try step { try Cash.deposit(movement, as: $1, at: $2, in: $0) }
    }

    @discardableResult
    func withdraw(_ amount: Money, ref: String? = nil) throws -> Cash.Outcome {
        let movement = Cash.Movement(wallet: wallet, amount: amount, reference: ref)
        return try step { try Cash.withdraw(movement, as: $1, at: $2, in: $0) }
    }

    @discardableResult
    func hold(_ amount: Money, for order: OrderID) throws -> Int64? {
        try step { [wallet] in try Transfers.hold(amount, for: order, of: wallet, as: $1, at: $2, in: $0) }
    }

    func capture(_ amount: Money, for order: OrderID) throws {
        let booked = try booked(order)
        try step { try Transfers.capture(amount, of: booked, as: $1, at: $2, in: $0) }
    }

    func release(_ amount: Money, for order: OrderID) throws {
        let booked = try booked(order)
        try step { try Transfers.release(amount, of: booked, as: $1, note: "EXPIRED", at: $2, in: $0) }
    }

    func adjust(_ amount: Money, for order: OrderID) throws {
        let booked = try booked(order)
        try step { try Transfers.adjust(amount, of: booked, as: $1, note: "dead code", at: $2, in: $0) }
    }

    private static let selectNumber = Statement("SELECT order_no FROM transfers WHERE order_id = ? AND kind = 3")

    /// The order under the number that its hold gave it; under 0 if it was never held.
    private func booked(_ order: OrderID) throws -> BookedOrder {
        let number = try shop.database.look { try $0.first(Self.selectNumber, [.id(order)]) { $0.integer(0) } }
        return BookedOrder(order, of: wallet, number: number ?? 0)
    }

    func statement(_ page: PageRequest = PageRequest(size: 100)) async throws -> Page<StatementLine> {
        try await shop.ledger.statement(page, of: wallet)
    }

    var findings: [String] {
        get throws { try shop.database.look { try LedgerAudit.books(of: wallet, in: $0).findings.map(\.sentence) } }
    }

    /// Changes what no rule of the ledger would change.
    func plant(_ sql: String, _ parameters: [Value] = []) throws {
        let statement = Statement(sql)
        let changed = try shop.database.commit { try $0.run(statement, parameters) }
        #expect(changed > 0, "nothing was planted: \(sql)")
    }

    /// - Returns: what the owner is told, or nil where nothing was refused.
    func refusal(_ body: () throws -> Void) throws -> String? {
        do {
            try body()
            return nil
        } catch let refusal as Refusal {
            return refusal.description
        }
    }
}
