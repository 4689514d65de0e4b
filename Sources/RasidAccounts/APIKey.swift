public import RasidBase
import RasidDatabase

/// A key as the shop knows it: everything but its text.
public struct APIKey: Hashable, Sendable {
    public let id: KeyID
    public let account: AccountID
    /// The first eight characters of its text.
    public let prefix: String
    public let settings: KeySettings
    /// False once it is revoked.
    public let isEnabled: Bool
    public let createdAt: Timestamp

    public var wallet: WalletID { WalletID(account: account, environment: settings.environment) }
}

/// A key with what the door must know of its account.
public struct KeyHolder: Hashable, Sendable {
    public let key: APIKey
    public let username: String
    public let isAccountEnabled: Bool
}

extension APIKey {
    /// In the order in which `init(_:)` reads them; qualified, for `find` joins the account.
    static let columns = """
        api_keys.id, api_keys.account_id, api_keys.prefix, api_keys.environment, api_keys.is_read_only,
        api_keys.masks_codes, api_keys.allowed_addresses, api_keys.requests_per_minute, api_keys.is_enabled,
        api_keys.created_at
        """
    static let columnCount = 10

    /// - Throws: ``StoreFailure/broken(_:)`` for values that no version of ours writes: such a key opens no door.
    init(_ row: any Row) throws {
        guard let addresses = AddressList.read(row.text(6)), let rate = RateLimit(stored: row.integer(7)) else {
            throw StoreFailure.broken("the settings of an API key cannot be read")
        }
        id = KeyID(row.integer(0))
        account = row.account(1)
        prefix = row.text(2)
        settings = KeySettings(
            environment: try row.environment(3), isReadOnly: row.flag(4), masksCodes: row.flag(5),
            allowedAddresses: addresses, rateLimit: rate)
        isEnabled = row.flag(8)
        createdAt = row.time(9)
    }
}
