public import RasidBase
public import RasidDatabase
public import RasidOrders
public import RasidStock

/// What the loops do in two steps, looking and moving, in one: a test has nobody to wait for.
extension Claims {
    public static func deliverReserved(
        _ operatorID: OperatorID, limit: Int, _ provisions: Provisions, in transaction: Transaction
    ) throws -> [OrderID] {
        let due = try reserved(operatorID, limit: limit, at: provisions.now, in: transaction)
        return try deliverReserved(due, provisions, in: transaction).map(\.id)
    }
}

extension Reconciliation {
    public static func endLives(
        _ operatorID: OperatorID, limit: Int, _ provisions: Provisions, in transaction: Transaction
    ) throws -> [OrderID] {
        let due = try ended(operatorID, limit: limit, at: provisions.now, in: transaction)
        return try endLives(due, provisions, in: transaction).map(\.id)
    }
}
