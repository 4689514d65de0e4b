public import RasidBase

/// What a good key opens.
public struct Admission: Sendable {
    public let wallet: WalletID
    public let username: String
    public let key: KeyID
    public let isReadOnly: Bool
    public let masksCodes: Bool
    public let allowedAddresses: [AddressBlock]
    /// nil for a key without a limit.
    public let rate: RateVerdict?
}

extension Admission {
    init(_ holder: KeyHolder, rate: RateVerdict?) {
        wallet = holder.key.wallet
        username = holder.username
        key = holder.key.id
        isReadOnly = holder.key.settings.isReadOnly
        masksCodes = holder.key.settings.masksCodes
        allowedAddresses = holder.key.settings.allowedAddresses
        self.rate = rate
    }
}
