public import RasidBase
public import RasidDatabase

/// One thing that somebody of the staff did by hand.
public struct JournalEntry: Hashable, Sendable {
    public let number: Int64
    public let at: Timestamp
    /// Who did it, as the machine knows them.
    public let actor: String
    /// What was done: `order refund`.
    public let action: String
    /// To what: an order's id, a username, a key's prefix, a card's serial.
    public let subject: String
    /// Why, in their own words; may be empty.
    public let reason: String
}

/// Who did what by hand and why (design §9); written in the transaction that does it, and only added to.
public enum StaffJournal {
    /// The longest reason, in characters.
    public static let reasonCharacters = 1000

    /// The longest name of who did it, action or subject, in characters.
    public static let wordCharacters = 100
    private static let insert = Statement(
        "INSERT INTO staff_journal (at, actor, action, subject, reason) VALUES (?, ?, ?, ?, ?)")
    private static let columns = "id, at, actor, action, subject, reason"
    private static let selectAll = Statement("SELECT \(columns) FROM staff_journal ORDER BY id DESC LIMIT ?")
    private static let selectSubject = Statement(
        "SELECT \(columns) FROM staff_journal WHERE subject = ? ORDER BY id DESC LIMIT ?")

    /// - Throws: ``Refusal`` if actor, action or subject is empty or longer than 100 characters,
    ///   or the reason longer than ``reasonCharacters``.
    public static func append(
        actor: String, action: String, subject: String, reason: String, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        let words = [actor, action, subject]
        guard words.allSatisfy({ (1...wordCharacters).contains($0.unicodeScalars.count) }) else {
            throw Refusal("The staff journal needs who, what and to what, each in 1 to \(wordCharacters) characters.")
        }
        guard reason.unicodeScalars.count <= reasonCharacters else {
            throw Refusal("A reason has at most \(reasonCharacters) characters.")
        }
        try transaction.run(
            insert, [.time(now), .text(actor), .text(action), .text(subject), .text(reason)])
    }

    /// The latest entries, newest first.
    ///
    /// - Parameter subject: nil for all of them.
    public static func latest(
        _ limit: Int, about subject: String? = nil, in transaction: Transaction
    ) throws -> [JournalEntry] {
        let limit = Value.integer(Int64(limit))
        guard let subject else { return try transaction.all(selectAll, [limit], JournalEntry.init) }
        return try transaction.all(selectSubject, [.text(subject), limit], JournalEntry.init)
    }
}

extension JournalEntry {
    fileprivate init(_ row: any Row) {
        number = row.integer(0)
        at = row.time(1)
        actor = row.text(2)
        action = row.text(3)
        subject = row.text(4)
        reason = row.text(5)
    }
}
