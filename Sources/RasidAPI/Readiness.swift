/// Whether this server can take sales now.
public enum ReadinessState: Hashable, Sendable {
    case ready
    /// - Parameter reasons: one short sentence each, for the operator of the server; never empty.
    case unready(reasons: [String])

    public var isReady: Bool { self == .ready }
}

/// How the API asks, without knowing what can stand in the way; answered from memory, for anybody may ask.
public protocol Readiness: Sendable {
    var state: ReadinessState { get }
    /// How many things the audit has found that do not add up; no reason not to sell.
    var findings: Int { get }
}
