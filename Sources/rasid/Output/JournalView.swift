import RasidAccounts
import RasidBase
import RasidDatabase

/// A line of the staff journal.
struct JournalView: Encodable, Sendable {
    let at: String
    let actor: String
    let action: String
    let reason: String

    static func latest(
        _ limit: Int, about subject: String, in transaction: Transaction
    ) throws -> [JournalView] {
        try StaffJournal.latest(limit, about: subject, in: transaction).map { entry in
            JournalView(at: entry.at.description, actor: entry.actor, action: entry.action, reason: entry.reason)
        }
    }

    static func table(_ lines: [JournalView]) -> Table {
        var table = Table(.words("DONE AT"), .words("BY"), .words("WHAT"), .words("WHY"))
        for line in lines { table.add(line.at, line.actor, line.action, line.reason) }
        return table
    }
}
