/// How an operator of the tables is driven.
public enum InstalledOperator: Sendable {
    /// Called over some wire; its answers may be late, lost or doubled.
    case remote(any Operator)
    /// The order's own reserved card is the delivery: fulfilled in one commit, nothing is sent anywhere.
    case voucher
    /// What the tables say of it cannot be used: it gets no orders, and is called by nobody.
    case unusable

    public var isUnusable: Bool {
        if case .unusable = self { true } else { false }
    }
}
