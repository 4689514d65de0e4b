public import RasidBase

/// What a key opens and what it may do; the key itself is not kept (contract §3).
public struct KeyScope: Hashable, Sendable {
    /// The account's, such as `+213665983439`.
    public let username: String
    /// Nil for a word that this library does not know.
    public let environment: ShopEnvironment?
    public let isEnabled: Bool
    /// Whether it may not place orders.
    public let isReadOnly: Bool
    /// Addresses and blocks it may be used from; empty for any.
    public let allowedAddresses: [String]
}
