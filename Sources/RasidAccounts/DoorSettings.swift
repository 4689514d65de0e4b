import RasidBase

/// How strict the door is.
public struct DoorSettings: Sendable {
    /// Consecutive invalid keys after which an address is blocked; at least 1.
    public var invalidKeysPerAddress = Limits.invalidKeysPerAddress
    /// How long it stays blocked.
    public var addressBlock = Limits.addressBlock
    /// For every key instead of its own; nil for its own.
    public var rateLimit: RateLimit?

    var watchedAddresses = Limits.watchedAddresses
    var cachedKeys = Limits.cachedKeys
    var keyCacheLife = Limits.keyCacheLife

    public init() {}
}
