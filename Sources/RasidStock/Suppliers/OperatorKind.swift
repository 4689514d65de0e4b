/// How an operator is driven, as its row says.
public enum OperatorKind: String, CaseIterable, Sendable {
    case simulator
    case voucher
    /// Another server of the very same contract.
    case upstream
    /// An adapter that speaks the gateway protocol.
    case gateway

    /// Whether its owner adds it, with an address and a secret.
    public var isCalledOverAWire: Bool { self == .upstream || self == .gateway }
}
