import RasidBase
import Synchronization

/// Final orders as their resellers see them, kept in memory: they never change again (contract §4).
///
/// An order comes in once the store has been seen to hold it so: read from a snapshot, or after the commit that ended it.
final class FinalOrders: Sendable {
    private let known = Mutex(RecentMap<OrderID, Order>(capacity: Limits.keptFinalOrders))

    /// - Returns: nil for one that is not kept, and for another wallet's.
    func find(_ id: OrderID, in wallet: WalletID) -> Order? {
        let order = known.withLock { $0.update(id) { $0 } }
        return order.flatMap { $0.wallet == wallet ? $0 : nil }
    }

    /// Keeps it if it is final.
    func keep(_ order: Order) {
        guard order.status.isFinal else { return }
        known.withLock { $0.insert(order, for: order.id) }
    }
}
