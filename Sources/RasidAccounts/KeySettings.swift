public import RasidBase

/// What the owner decides about a key when it is made (contract §3).
public struct KeySettings: Hashable, Sendable {
    public let environment: ShopEnvironment
    public let isReadOnly: Bool
    /// Whether this key sees card codes masked but for their last four characters (contract §4).
    public let masksCodes: Bool
    /// Empty for any address.
    public let allowedAddresses: [AddressBlock]
    public let rateLimit: RateLimit

    /// - Parameter rateLimit: nil for what is usual in the environment.
    public init(
        environment: ShopEnvironment, isReadOnly: Bool = false, masksCodes: Bool = false,
        allowedAddresses: [AddressBlock] = [], rateLimit: RateLimit? = nil
    ) {
        self.environment = environment
        self.isReadOnly = isReadOnly
        self.masksCodes = masksCodes
        self.allowedAddresses = allowedAddresses
        self.rateLimit = rateLimit ?? .usual(in: environment)
    }
}
