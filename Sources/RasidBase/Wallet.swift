/// One account's side of the shop: everything an order, a balance or a reference belongs to.
///
/// A sandbox key and a production key of the same account open two wallets that never see each other (contract §3).
public struct WalletID: Hashable, Comparable, Sendable {
    public let account: AccountID
    public let environment: ShopEnvironment

    public init(account: AccountID, environment: ShopEnvironment) {
        self.account = account
        self.environment = environment
    }

    /// The order in which a transaction locks several.
    public static func < (left: WalletID, right: WalletID) -> Bool {
        (left.account.number, left.environment.storedCode) < (right.account.number, right.environment.storedCode)
    }
}
