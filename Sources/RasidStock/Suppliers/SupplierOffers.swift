public import RasidBase
public import RasidDatabase

/// What a supplier said last that it sells, with the moment at which it said so.
public struct SupplierOffer: Hashable, Sendable {
    public let type: ServiceType
    public let value: Money
    /// What the shop pays there.
    public let cost: Money
    public let isAvailable: Bool
    public let seenAt: Timestamp

    public init(type: ServiceType, value: Money, cost: Money, isAvailable: Bool, seenAt: Timestamp) {
        self.type = type
        self.value = value
        self.cost = cost
        self.isAvailable = isAvailable
        self.seenAt = seenAt
    }
}

public enum SupplierOffers {
    private static let columns = "type, value, cost, is_available, seen_at"
    private static let selectAll = Statement(
        "SELECT \(columns) FROM supplier_offers WHERE operator_id = ? ORDER BY type, value")
    private static let selectOne = Statement(
        "SELECT is_available FROM supplier_offers WHERE operator_id = ? AND type = ? AND value = ?")
    private static let selectAny = Statement("SELECT 1 FROM supplier_offers WHERE operator_id = ? LIMIT 1")
    private static let delete = Statement("DELETE FROM supplier_offers WHERE operator_id = ?")
    private static let insert = Statement(
        "INSERT INTO supplier_offers (operator_id, \(columns)) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")

    public static func all(of operatorID: OperatorID, in transaction: Transaction) throws -> [SupplierOffer] {
        try transaction.all(selectAll, [.integer(operatorID.number)]) { row in
            guard let type = ServiceType(storedCode: row.integer(0)) else {
                throw StoreFailure.broken("a supplier's offer of a type that this version does not know")
            }
            return SupplierOffer(
                type: type, value: row.money(1), cost: row.money(2), isAvailable: row.flag(3), seenAt: row.time(4))
        }
    }

    /// Puts what a supplier says now in the place of what it said before.
    public static func replace(
        _ offers: [SupplierOffer], of operatorID: OperatorID, in transaction: Transaction
    ) throws {
        try transaction.run(delete, [.integer(operatorID.number)])
        for offer in offers.prefix(Limits.supplierOffers) {
            try transaction.run(
                insert,
                [
                    .integer(operatorID.number), .integer(offer.type.storedCode), .money(offer.value),
                    .money(offer.cost), .flag(offer.isAvailable), .time(offer.seenAt),
                ])
        }
    }

    /// Whether a supplier has a value; one that has never said what it sells may have anything.
    public static func isAvailable(
        _ type: ServiceType, _ value: Money, at operatorID: OperatorID, _ transaction: Transaction
    ) throws -> Bool {
        let parameters: [Value] = [.integer(operatorID.number), .integer(type.storedCode), .money(value)]
        if let said = try transaction.first(selectOne, parameters, { $0.flag(0) }) { return said }
        return try !transaction.exists(selectAny, [.integer(operatorID.number)])
    }
}
