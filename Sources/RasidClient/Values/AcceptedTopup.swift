/// An order that the server has taken: it is paid for, and will be fulfilled or refunded (contract §4).
public struct AcceptedTopup: Hashable, Sendable {
    /// What the server calls it: `topupId`.
    public let id: String
    /// What the client calls it, as it was sent.
    public let reference: String
    /// `topupRef`; nil where it was found by its reference.
    public let fullReference: String?
    /// Whether an earlier try had placed it: its answer was lost, or the same request was sent before.
    public let wasKnown: Bool
}
