public import RasidBase

/// What the operator says of a number that it did not refuse (contract §4).
public struct Subscriber: Hashable, Sendable {
    public let type: ServiceType
    /// The operator's number of the client, its end masked; nil where no operator could tell.
    public let clientNumber: String?
    /// What the line is sold as; ADSL only.
    public let offer: String?

    /// False where nobody could say whether the number is a subscriber's: it may be sent to all the same.
    public var isConfirmed: Bool { clientNumber != nil }
}
