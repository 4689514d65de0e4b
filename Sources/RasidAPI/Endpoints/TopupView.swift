import RasidAccounts
import RasidBase
import RasidOrders
import RasidStock
import RasidWire

/// Shows orders to the key that asks: with their codes, or with the last four characters of them.
///
/// A fulfilled order whose code cannot be shown is shown in the last word before, without a code: it is committed,
/// so it is answered (contract §1), and it is told fulfilled as soon as its first opening is.
struct TopupView: Sendable {
    let reveals: Reveals
    let log: RequestLog

    func show(_ orders: [Order], to admission: Admission) async -> [TopupData] {
        let codes = await codes(of: orders, for: admission)
        return orders.map { order in
            TopupData(
                id: order.id, reference: order.reference, state: Self.state(of: order, codes), number: order.number,
                amount: order.value, createdAt: order.createdAt)
        }
    }

    private func codes(of orders: [Order], for admission: Admission) async -> [CardID: String] {
        for order in orders where order.status == .fulfilled && order.delivery == nil {
            log.unshown(order.id, StoreFailure.broken("a fulfilled order without its card"))
        }
        let cards = orders.compactMap { $0.delivery?.card }
        guard !cards.isEmpty else { return [:] }
        let failed = { (card: CardID, cause: any Error) in
            for order in orders where order.delivery?.card == card { log.unshown(order.id, cause) }
        }
        return admission.masksCodes
            ? await reveals.lastFour(of: cards, orElse: failed)
            : await reveals.codes(of: cards, for: admission.key, orElse: failed)
    }

    private static func state(of order: Order, _ codes: [CardID: String]) -> TopupData.State {
        switch order.status {
        case .handling:
            return .handling
        case .queued:
            return queued(order)
        case .refunded:
            return .refunded(order.refundReason ?? .cancelled)
        case .fulfilled:
            guard let delivery = order.delivery, let code = codes[delivery.card] else {
                return order.wasQueued ? queued(order) : .handling
            }
            return .fulfilled(
                TopupData.Card(
                    code: code, transactionNumber: delivery.transactionNumber, treatedAt: delivery.treatedAt))
        }
    }

    private static func queued(_ order: Order) -> TopupData.State {
        .queued(expectedBy: order.expectedBy ?? order.createdAt.adding(Limits.orderLife))
    }
}
