public import RasidBase
public import RasidDatabase

/// A reseller.
public struct Account: Hashable, Sendable {
    public let id: AccountID
    /// A phone number in the form `+213…`; never changes (contract §4), for references are made of it.
    public let username: String
    public let name: String
    public let isEnabled: Bool
    public let createdAt: Timestamp
}

/// Opening, finding and switching off accounts.
public enum Accounts {
    /// The longest name, in characters; the table says so too.
    public static let nameCharacters = 100

    private static let columns = "id, username, name, is_enabled, created_at"
    private static let insert = Statement(
        """
        INSERT INTO accounts (username, name, is_enabled, created_at) VALUES (?, ?, 1, ?)
        ON CONFLICT (username) DO NOTHING RETURNING id
        """)
    private static let selectOne = Statement("SELECT \(columns) FROM accounts WHERE username = ?")
    private static let selectID = Statement("SELECT \(columns) FROM accounts WHERE id = ?")
    private static let selectPage = Statement("SELECT \(columns) FROM accounts WHERE id > ? ORDER BY id LIMIT ?")
    private static let enable = Statement("UPDATE accounts SET is_enabled = ? WHERE username = ? RETURNING \(columns)")

    /// Opens an account; whoever calls it opens its balances in the same transaction.
    ///
    /// - Throws: ``Refusal`` for a username that has not the form `+` and 8 to 15 digits, or is taken,
    ///   and for a name that is blank, too long or not on one line.
    public static func create(
        username: String, name: String, at now: Timestamp, in transaction: Transaction
    ) throws -> AccountID {
        try judge(username: username, name: name)
        let id = try transaction.first(insert, [.text(username), .text(name), .time(now)]) { $0.account(0) }
        guard let id else { throw Refusal("There is an account \(username) already.") }
        return id
    }

    /// Refuses what no account can be called; for a look before a store is opened or made, too.
    public static func judge(username: String, name: String) throws {
        guard isUsername(username) else {
            throw Refusal("A username is a phone number in international form: + and 8 to 15 digits, +213… in Algeria.")
        }
        guard isOneLine(name, upTo: nameCharacters) else {
            throw Refusal("A name is one line of 1 to \(nameCharacters) characters that can be seen.")
        }
    }

    /// Whether free words of a person are one line that says something and shows all of itself: characters that
    /// break a line, turn its direction or cannot be seen would let a statement say what nobody reads.
    public static func isOneLine(_ text: String, upTo characters: Int) -> Bool {
        let scalars = text.unicodeScalars
        let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
        return scalars.count <= characters && scalars.contains { !$0.properties.isWhitespace }
            && scalars.allSatisfy { !unseen.contains($0.properties.generalCategory) }
    }

    public static func find(_ username: String, in transaction: Transaction) throws -> Account? {
        try transaction.first(selectOne, [.text(username)], Account.init)
    }

    public static func find(_ id: AccountID, in transaction: Transaction) throws -> Account? {
        try transaction.first(selectID, [.account(id)], Account.init)
    }

    /// - Throws: ``Refusal`` if there is no such account.
    public static func require(_ username: String, in transaction: Transaction) throws -> Account {
        guard let account = try find(username, in: transaction) else { throw unknown(username) }
        return account
    }

    /// One page of accounts, oldest first.
    public static func list(
        after last: AccountID? = nil, limit: Int, in transaction: Transaction
    ) throws -> [Account] {
        try transaction.all(selectPage, [.integer(last?.number ?? 0), .integer(Int64(limit))], Account.init)
    }

    /// Switches every key of an account off or on again; takes hold at the door within ``Limits/keyCacheLife``.
    ///
    /// - Throws: ``Refusal`` if there is no such account.
    @discardableResult
    public static func setEnabled(
        _ isEnabled: Bool, _ username: String, in transaction: Transaction
    ) throws -> Account {
        let changed = try transaction.first(enable, [.flag(isEnabled), .text(username)], Account.init)
        guard let changed else { throw unknown(username) }
        return changed
    }

    private static func unknown(_ username: String) -> Refusal {
        let account = isUsername(username) ? "account \(username)" : "account of that name"
        return Refusal("There is no \(account): 'rasid account list' shows those there are.")
    }

    private static func isUsername(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "+") && (9...16).contains(text.utf8.count)
            && text.utf8.dropFirst().allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}

extension Account {
    fileprivate init(_ row: any Row) {
        id = row.account(0)
        username = row.text(1)
        name = row.text(2)
        isEnabled = row.flag(3)
        createdAt = row.time(4)
    }
}
