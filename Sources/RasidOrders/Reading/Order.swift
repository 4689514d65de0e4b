public import RasidBase
import RasidDatabase

/// An order as its reseller sees it (contract §4, check-id).
public struct Order: Hashable, Sendable {
    public let id: OrderID
    public let wallet: WalletID
    public let reference: String
    public let status: OrderStatus
    public let number: ServiceNumber
    public let value: Money
    public let createdAt: Timestamp
    /// It has been QUEUED at some time.
    public let wasQueued: Bool
    /// Only when QUEUED: at most 48 hours after placement.
    public let expectedBy: Timestamp?
    /// Only when REFUNDED.
    public let refundReason: RefundReason?
    /// Only when FULFILLED.
    public let delivery: OrderDelivery?

    init(_ row: OrderRow) {
        let status = row.machine.state.status(wasQueued: row.machine.queuedAt != nil)
        id = row.id
        wallet = row.wallet
        reference = row.reference
        self.status = status
        number = row.number
        value = row.value
        createdAt = row.machine.placedAt
        wasQueued = row.machine.queuedAt != nil
        expectedBy = status == .queued ? row.machine.endOfLife : nil
        refundReason = row.refundReason
        if status == .fulfilled, let card = row.card, let finished = row.finishedAt {
            delivery = OrderDelivery(
                card: card, transactionNumber: row.transactionNumber ?? row.id.description, treatedAt: finished)
        } else {
            delivery = nil
        }
    }
}

/// What was delivered; the code itself stays with the stock.
public struct OrderDelivery: Hashable, Sendable {
    public let card: CardID
    /// `num_trans`.
    public let transactionNumber: String
    /// `date_traitement`.
    public let treatedAt: Timestamp
}
