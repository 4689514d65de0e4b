public import RasidBase
public import RasidDatabase

/// Making, finding and revoking keys; a key is never deleted, so that what it did stays told.
public enum APIKeys {
    /// The most address blocks that one key may name.
    public static let addressBlocks = 100

    private static let shownMatches = 10
    private static let insert = Statement(
        """
        INSERT INTO api_keys
            (account_id, environment, is_read_only, is_enabled, hash, prefix, masks_codes, allowed_addresses,
            requests_per_minute, created_at)
        VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (hash) DO NOTHING RETURNING \(APIKey.columns)
        """)
    private static let selectPage = Statement(
        "SELECT \(APIKey.columns) FROM api_keys WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?")
    private static let selectHash = Statement(
        """
        SELECT \(APIKey.columns), accounts.username, accounts.is_enabled
        FROM api_keys JOIN accounts ON accounts.id = api_keys.account_id WHERE api_keys.hash = ?
        """)
    private static let selectPrefix = Statement(
        """
        SELECT \(APIKey.columns), accounts.username, accounts.is_enabled
        FROM api_keys JOIN accounts ON accounts.id = api_keys.account_id
        WHERE substr(api_keys.prefix, 1, length(?)) = ? ORDER BY api_keys.is_enabled DESC, api_keys.id LIMIT ?
        """)
    private static let disable = Statement(
        "UPDATE api_keys SET is_enabled = 0 WHERE id = ? RETURNING \(APIKey.columns)")

    /// Keeps a key that was made outside; its text is shown to its owner now and never again.
    ///
    /// - Throws: ``Refusal`` for a key that exists already and for too many address blocks.
    public static func create(
        _ key: KeyText, _ settings: KeySettings, for account: AccountID, at now: Timestamp,
        in transaction: Transaction
    ) throws -> APIKey {
        guard settings.allowedAddresses.count <= addressBlocks else {
            throw Refusal("A key can name at most \(addressBlocks) addresses: join them into larger blocks.")
        }
        let parameters: [Value] = [
            .account(account), .environment(settings.environment), .flag(settings.isReadOnly), .bytes(key.hash.bytes),
            .text(key.prefix), .flag(settings.masksCodes), .text(AddressList.text(settings.allowedAddresses)),
            .integer(settings.rateLimit.stored), .time(now),
        ]
        guard let made = try transaction.first(insert, parameters, APIKey.init) else {
            throw Refusal("The key \(key) exists already.")
        }
        return made
    }

    /// One page of an account's keys, oldest first, the revoked ones too.
    public static func list(
        of account: AccountID, after last: KeyID? = nil, limit: Int, in transaction: Transaction
    ) throws -> [APIKey] {
        let parameters: [Value] = [.account(account), .integer(last?.number ?? 0), .integer(Int64(limit))]
        return try transaction.all(selectPage, parameters, APIKey.init)
    }

    public static func find(_ key: KeyText, in transaction: Transaction) throws -> KeyHolder? {
        try find(hash: key.hash, in: transaction)
    }

    static func find(hash: KeyHash, in transaction: Transaction) throws -> KeyHolder? {
        try transaction.first(selectHash, [.bytes(hash.bytes)], KeyHolder.init)
    }

    /// Switches one key off for ever; takes hold at the door within ``Limits/keyCacheLife``.
    ///
    /// - Parameter text: the first 4 to 8 characters of the key, or all of it.
    /// - Throws: ``Refusal`` if no key begins so, if several do (it lists them), or if the one is revoked already.
    public static func revoke(_ text: String, in transaction: Transaction) throws -> APIKey {
        let found = try match(text, transaction)
        let enabled = found.filter(\.key.isEnabled)
        guard let first = enabled.first ?? found.first else {
            throw Refusal("No key begins with \(text.prefix(KeyText.prefixCharacters)): look at `rasid key list`.")
        }
        guard enabled.count <= 1 else { throw ambiguous(enabled) }
        guard first.key.isEnabled, let revoked = try transaction.first(disable, [id(first.key)], APIKey.init) else {
            throw Refusal("The key \(first.key.prefix)… is revoked already.")
        }
        return revoked
    }

    private static func match(_ text: String, _ transaction: Transaction) throws -> [KeyHolder] {
        if KeyText.hasLength(text) {
            return try find(hash: KeyHash(text), in: transaction).map { [$0] } ?? []
        }
        let length = text.unicodeScalars.count
        guard (4...KeyText.prefixCharacters).contains(length) else {
            throw Refusal("Give the first 4 to \(KeyText.prefixCharacters) characters of the key, or all of it.")
        }
        let parameters: [Value] = [.text(text), .text(text), .integer(Int64(shownMatches + 1))]
        return try transaction.all(selectPrefix, parameters, KeyHolder.init)
    }

    private static func ambiguous(_ found: [KeyHolder]) -> Refusal {
        let shown = found.prefix(shownMatches).map { holder in
            "\(holder.key.prefix)… (\(holder.username), \(holder.key.settings.environment.rawValue))"
        }
        let more = found.count > shownMatches ? " and more" : ""
        return Refusal("Several keys begin so: \(shown.joined(separator: ", "))\(more). Give more of the one you mean.")
    }

    private static func id(_ key: APIKey) -> Value { .integer(key.id.number) }
}

extension KeyHolder {
    fileprivate init(_ row: any Row) throws {
        key = try APIKey(row)
        username = row.text(APIKey.columnCount)
        isAccountEnabled = row.flag(APIKey.columnCount + 1)
    }
}
