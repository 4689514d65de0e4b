/// How an operator of the tables is driven.
public enum InstalledOperator: Sendable {
    /// Called over some wire; its answers may be late, lost or doubled.
    case remote(any Operator)
    /// The order's own reserved card is the delivery: fulfilled in one commit, nothing is sent anywhere.
    case voucher
}
