/// The ways in which money moves, and what each is called in a reseller's statement (design §5).
public enum TransferKind: Int64, CaseIterable, Sendable {
    /// Cash to wallet.
    case deposit = 1
    /// Wallet to cash.
    case withdraw = 2
    /// Wallet to held: an order was placed.
    case hold = 3
    /// Held to revenue: an order was delivered. Not a movement of the wallet, so it has no line of its own.
    case capture = 4
    /// Held back to wallet: an order was refunded.
    case release = 5
    /// Revenue to wallet: a delivered code did not work.
    case adjust = 6

    /// The contract's `type`; nil for what does not move the wallet.
    public var statementWord: String? {
        switch self {
        case .deposit: "DEPOSIT"
        case .withdraw: "WITHDRAW"
        case .hold: "ADSL"
        case .capture: nil
        case .release, .adjust: "REFUND-ADSL"
        }
    }

    /// Whether the wallet grows; the contract's `operation`.
    public var isIncrement: Bool {
        switch self {
        case .deposit, .release, .adjust: true
        case .withdraw, .hold, .capture: false
        }
    }
}
