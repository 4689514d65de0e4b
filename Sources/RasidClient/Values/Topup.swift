public import RasidBase

/// An order as the server shows it (contract §4). Printing it shows neither the card's code nor the whole number.
public struct Topup: Hashable, Sendable {
    /// What only a fulfilled order has.
    public struct Card: Hashable, Sendable {
        /// Text, with its leading zeros; masked but for its end where the key is made to see it so.
        public let code: String
        /// The operator's own number of the recharge; nil where the service tells none.
        public let transactionNumber: String?
        public let treatedAt: Timestamp?
    }

    /// What the server calls it: `topupId`, `_id`.
    public let id: String
    /// What the client calls it, without the prefix of `topupRef`.
    public let reference: String
    /// The status as it was sent: ``status`` knows four words, a service may have more.
    public let statusWord: String
    /// Nil for a type that this library does not know.
    public let type: ServiceType?
    /// The subscriber's number in full.
    public let number: String
    /// The card's value, in dinars.
    public let amount: Money
    public let createdAt: Timestamp?
    /// Nil unless fulfilled.
    public let card: Card?
    /// For the end user, in Arabic and French, where a refunded order has one.
    public let refundMessage: String?
    /// Nil unless refunded, for a service that tells none, and for a word that this library does not know.
    public let refundReason: RefundReason?
    /// When a queued order will be done at the latest.
    public let expectedBy: Timestamp?

    /// A word that is none of the four counts as `handling`: the order is still being worked on.
    public var status: OrderStatus { OrderStatus(rawValue: statusWord) ?? .handling }
    /// Whether it will never change again: fulfilled or refunded.
    public var isFinal: Bool { status.isFinal }
}

extension Topup: CustomStringConvertible {
    public var description: String {
        "\(id) (reference \(reference)): \(statusWord) \(type?.rawValue ?? "?") \(Masked.number(number)) \(amount) DZD"
    }
}

extension Topup.Card: CustomStringConvertible {
    public var description: String { "card …\(code.count > 8 ? String(code.suffix(4)) : "")" }
}
