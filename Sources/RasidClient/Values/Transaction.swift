public import RasidBase

/// One movement of the account's balance (contract §3).
public struct Transaction: Hashable, Sendable {
    /// What moved the money; a service may have more words than the four of the contract.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// An order of either service, 4G too: money out.
        public static let order = Kind(rawValue: "ADSL")
        public static let refund = Kind(rawValue: "REFUND-ADSL")
        public static let deposit = Kind(rawValue: "DEPOSIT")
        public static let withdrawal = Kind(rawValue: "WITHDRAW")
    }

    public let id: String
    public let kind: Kind
    public let isIncrement: Bool
    /// Never negative, in dinars.
    public let amount: Money
    public let oldBalance: Money
    public let newBalance: Money
    /// The order's id; a deposit's own. Empty where the service tells none.
    public let object: String
    public let note: String
    public let time: Timestamp?
}
