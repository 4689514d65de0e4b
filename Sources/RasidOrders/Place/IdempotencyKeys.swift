import RasidBase
import RasidDatabase

/// `Idempotency-Key`: an accepted order uses a key up, for ever, within its wallet (contract §4).
///
/// The order itself remembers what was asked; a key's row only says which order, and whether the request
/// named the reference.
enum IdempotencyKeys {
    private static let select = Statement(
        "SELECT order_id, gave_ref FROM idempotency_keys WHERE account_id = ? AND environment = ? AND key = ?")
    private static let insert = Statement(
        """
        INSERT INTO idempotency_keys (account_id, environment, key, order_id, gave_ref) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING RETURNING order_id
        """)

    /// - Returns: nil for a request without a key, or with a new one.
    /// - Throws: ``Problem/idempotencyMismatch(field:)`` where the key was used for another request.
    static func answer(to placement: Placement, _ transaction: Transaction) throws -> PlacedOrder? {
        guard let key = placement.request.idempotencyKey else { return nil }
        let parameters: [Value] = [
            .account(placement.wallet.account), .environment(placement.wallet.environment), .text(key),
        ]
        let used = try transaction.first(select, parameters) {
            (order: try $0.id(0, of: OrderTag.self), gaveReference: $0.flag(1))
        }
        guard let used else { return nil }
        guard let row = try OrderRow.find(used.order, transaction) else {
            throw StoreFailure.broken("an idempotency key belongs to an order that is not in the store")
        }
        if let field = difference(placement.request, row, gaveReference: used.gaveReference) {
            throw Problem.idempotencyMismatch(field: field)
        }
        return PlacedOrder(id: row.id, reference: row.reference, isRepeat: true, operatorID: row.operatorID)
    }

    /// Whether the request's key has been used up by now.
    static func isUsed(by placement: Placement, _ transaction: Transaction) throws -> Bool {
        guard let key = placement.request.idempotencyKey else { return false }
        return try transaction.exists(
            select, [.account(placement.wallet.account), .environment(placement.wallet.environment), .text(key)])
    }

    static func keep(_ placement: Placement, _ transaction: Transaction) throws {
        guard let key = placement.request.idempotencyKey else { return }
        let parameters: [Value] = [
            .account(placement.wallet.account), .environment(placement.wallet.environment), .text(key),
            .id(placement.id), .flag(placement.request.reference != nil),
        ]
        guard try transaction.first(insert, parameters, { _ in true }) != nil else {
            throw Overtaken("the idempotency key was taken meanwhile")
        }
    }

    private static func difference(_ request: PlaceRequest, _ row: OrderRow, gaveReference: Bool) -> String? {
        if request.type != row.number.type { return "type" }
        if request.number != row.number.text { return "number" }
        if request.value != row.value { return "value" }
        switch (request.reference, gaveReference) {
        case (nil, false): return nil
        case (let reference?, true) where reference.utf8.elementsEqual(row.reference.utf8): return nil
        default: return "ref"
        }
    }
}
