import RasidAccounts
import RasidBase
import RasidOrders
import RasidStock
import RasidWire

/// Shows orders to the key that asks: with their codes, or with the last four characters of them.
struct TopupView: Sendable {
    let reveals: Reveals

    func show(_ orders: [Order], to admission: Admission) async throws -> [TopupData] {
        let codes = try await codes(of: orders.compactMap { $0.delivery?.card }, for: admission)
        return try orders.map { order in
            TopupData(
                id: order.id, reference: order.reference, state: try Self.state(of: order, codes),
                number: order.number, amount: order.value, createdAt: order.createdAt)
        }
    }

    private func codes(of cards: [CardID], for admission: Admission) async throws -> [CardID: String] {
        guard !cards.isEmpty else { return [:] }
        return admission.masksCodes
            ? try await reveals.lastFour(of: cards) : try await reveals.codes(of: cards, for: admission.key)
    }

    private static func state(of order: Order, _ codes: [CardID: String]) throws -> TopupData.State {
        switch order.status {
        case .handling:
            return .handling
        case .queued:
            return .queued(expectedBy: order.expectedBy ?? order.createdAt.adding(Limits.orderLife))
        case .refunded:
            return .refunded(order.refundReason ?? .cancelled)
        case .fulfilled:
            guard let delivery = order.delivery, let code = codes[delivery.card] else {
                throw StoreFailure.broken("a fulfilled order without its card")
            }
            return .fulfilled(
                TopupData.Card(
                    code: code, transactionNumber: delivery.transactionNumber, treatedAt: delivery.treatedAt))
        }
    }
}
