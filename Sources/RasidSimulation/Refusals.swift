import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock

/// What a reseller is told is not believed but compared: every yes and every no has its reason.
extension Simulation {
    /// Milliseconds for which a process may trust what it has read of a key and its account (design §3).
    static let trust: Int64 = 1000

    /// Nobody buys with a key that was revoked, or for an account that is switched off.
    func checkAdmission(of purchase: Purchase, _ key: KeyText, at began: Int64) throws {
        let reseller = purchase.reseller
        guard reseller.revoked[key.text].map({ began <= $0 + Self.trust }) ?? true else {
            throw Violation("\(purchase.name) was bought with a key that had been revoked")
        }
        guard reseller.offSince.map({ began <= $0 + Self.trust }) ?? true else {
            throw Violation("\(purchase.name) was bought and its account was switched off")
        }
    }

    /// What was sold is what was asked for.
    func checkSale(_ id: OrderID, _ purchase: Purchase) throws {
        guard let found = try store.look({ try? StaffReading.find(id, in: $0) }) else {
            throw Violation("\(purchase.name) was acknowledged and is not in the store")
        }
        guard found.wallet == purchase.wallet, found.type == purchase.request.type,
            purchase.request.reference.map({ $0 == found.reference }) ?? true
        else { throw Violation("\(purchase.name) was sold as something else") }
        if let earlier = acknowledged[purchase.number], earlier != id {
            throw Violation("one purchase became two orders")
        }
        acknowledged[purchase.number] = id
    }

    func refused(_ problem: Problem, _ purchase: Purchase, _ key: KeyText, tries: Int) throws {
        try touchNewOrders(of: purchase.wallet)
        tell("refused \(purchase.name): \(problem)", "refuse", purchase.number)
        switch problem {
        case .duplicatedReference(let reference, let order, _):
            guard reference == purchase.request.reference else {
                throw Violation("\(purchase.name) is refused for another reference")
            }
            try checkSale(order, purchase)
        case .insufficientBalance(let required, let available):
            try checkWant(required, available, purchase)
        case .outOfStock:
            guard try isOutOfStock(purchase) else { throw Violation("refused for want of a card that was there") }
        case .idempotencyMismatch(let field):
            guard field == "value", model.wasTriedOtherwise(purchase.request.number) else {
                throw Violation("\(purchase.name) is refused as another request than it was")
            }
        case .outcomeUnknown:
            try heardNothing(of: purchase, tries: tries)
        case .accountDisabled:
            guard time.monotonic <= purchase.reseller.offUntil || purchase.reseller.revoked[key.text] != nil else {
                throw Violation("\(purchase.reseller.username) is refused, and its account and key are good")
            }
            tryLater(purchase, tries: tries)
        case .missingAccessToken, .invalidAccessToken, .addressBlocked, .addressNotAllowed, .readOnlyKey, .invalid,
            .phone, .orderNotFound, .rateLimited,
            .unavailable:
            throw Violation("\(purchase.name) is refused for no reason: \(problem)")
        }
    }

    /// The store itself says what was there: nothing has happened since the transaction that refused.
    private func checkWant(_ required: Money, _ available: Money, _ purchase: Purchase) throws {
        let wallet = purchase.wallet
        let there = try store.look { try Balances.of(wallet, in: $0).wallet }
        let price = Price(type: purchase.request.type, value: purchase.request.value, account: wallet.account)
        let since = model.firstTried(purchase.request.number) ?? time.monotonic
        guard available == there, available < required,
            prices.inForce(price, from: since, through: time.monotonic).contains(required)
        else {
            throw Violation("\(purchase.name) is refused for want of \(required), and \(there) is there")
        }
    }

    private static let countCards = Statement(
        """
        SELECT count(*) FROM cards JOIN products ON products.id = cards.product_id
        WHERE cards.state = 1 AND cards.environment = ? AND products.type = ? AND products.value = ?
        """)

    private func isOutOfStock(_ purchase: Purchase) throws -> Bool {
        let request = purchase.request
        // The first operator of every other route brings its own codes.
        guard purchase.environment == .production, request.type == .fourG || request.value == .dinars(2000) else {
            return false
        }
        let parameters: [Value] = [
            .environment(purchase.environment), .integer(request.type.storedCode), .money(request.value),
        ]
        return try store.look { try $0.first(Self.countCards, parameters) { $0.integer(0) } } == 0
    }
}
