import Logging
import RasidBase
import RasidDatabase
import RasidOrders

extension Delivery {
    /// Moves orders in one transaction; where one of them cannot be moved as it is stored, each in its own.
    ///
    /// One damaged row must not stop those behind it: it is logged and put aside for a while.
    ///
    /// - Parameter now: the moment at which the orders are judged.
    /// - Returns: the orders that were moved.
    func move(
        _ orders: [OrderID], at now: Timestamp,
        _ step: @escaping @Sendable ([OrderID], Provisions, Transaction) throws -> [Order]
    ) async throws -> [Order] {
        guard !orders.isEmpty else { return [] }
        do {
            let provisions = Provisions(orders.count, identifiers: identifiers, now: now)
            let moved = try await database.write { try step(orders, provisions, $0) }
            signals.changed(moved)
            return moved
        } catch StoreFailure.broken(let cause) {
            guard orders.count == 1, let order = orders.first else {
                var moved: [Order] = []
                for order in orders { moved += try await move([order], at: now, step) }
                return moved
            }
            logger.error("an order cannot be moved", metadata: ["order": "\(order)", "cause": "\(cause)"])
            try await database.write { try Reconciliation.postpone(order, at: now, in: $0) }
            return []
        }
    }
}
