import RasidBase
import RasidDatabase

/// A card that is sealed and not yet stored, and the line that it stands in.
struct PendingCard {
    private static let selectProduct = Statement(
        "SELECT product_id FROM cards WHERE environment = ? AND fingerprint = ?")

    let line: Int
    let card: SealedCard

    /// As what its code is in the store already, if it is.
    func storedProduct(_ transaction: Transaction) throws -> ProductID? {
        try transaction.first(
            Self.selectProduct, [.environment(card.environment), .bytes(card.fingerprint)]
        ) { ProductID($0.integer(0)) }
    }
}

/// What became of the cards of one transaction.
struct IntakeOutcome {
    var inserted = 0
    private(set) var duplicates = 0
    /// Lines whose code is in the store as another product.
    private(set) var misplaced: [(line: Int, stored: ProductID)] = []

    mutating func met(_ pending: PendingCard, storedAs product: ProductID) {
        if product == pending.card.product {
            duplicates += 1
        } else {
            misplaced.append((pending.line, product))
        }
    }
}
