import ArgumentParser
import RasidBase
import RasidOrders
import RasidServer

/// `rasid move`: takes the whole shop from a folder into a database, or back.
struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Take the whole shop into another store.",
        discussion: """
            Stop every server first. The shop is added up, copied with its cards sealed as they are, read again and \
            added up there; then the old place is marked as left, and nothing sells from it any more. A move that \
            breaks off leaves the shop where it was: run it again. The vault key is a file and stays where it is.

            EXAMPLES:
              rasid move --from ./rasid-data --to postgres://rasid@db/rasid
              rasid move --from postgres://rasid@db/rasid --to ./rasid-back
            """)

    @Option(help: ArgumentHelp("The folder or database that the shop leaves.", valueName: "dir|url"))
    var from: String

    @Option(help: ArgumentHelp("The empty folder or database that it moves to.", valueName: "dir|url"))
    var to: String

    @OptionGroup var json: JSONOption

    private struct View: Encodable {
        let from: String
        let to: String
        let accounts: Int
        let orders: Int
        let transfers: Int
        let cards: Int
        let rows: [String: Int]
    }

    func validate() throws {
        try NotEmpty.check(from, "--from")
        try NotEmpty.check(to, "--to")
    }

    func run() async throws {
        let (from, to) = (try ShopPlace(from), try ShopPlace(to))
        let lines = MoveProgress()
        defer { lines.end() }
        let move = ShopMove(from: from, to: to, identifiers: SystemIdentifiers(), at: SystemTime().now)
        let report = try move.run { lines.tell($0, $1, of: $2) }
        lines.end()
        let audit = report.audit
        let view = View(
            from: from.description, to: to.description, accounts: audit.accounts, orders: audit.orders,
            transfers: audit.transfers, cards: audit.cards,
            rows: Dictionary(uniqueKeysWithValues: report.tables.map { ($0.table, $0.rows) }))
        try json.show(view, orText: Self.text(report, from, to))
    }

    private static func text(_ report: ShopMove.Report, _ from: ShopPlace, _ to: ShopPlace) -> String {
        var table = Table(.words("TABLE"), .number("ROWS"))
        for (name, rows) in report.tables where rows > 0 { table.add(name, "\(rows)") }
        let audit = report.audit
        return table.text(ifEmpty: "The shop was empty.") + """


            The shop has moved from \(from) to \(to).
            Added up on both sides: accounts \(audit.accounts), orders \(audit.orders), transfers \(audit.transfers), \
            cards \(audit.cards).
            \(advice(from, to))
            """
    }

    /// A folder's servers find the vault key beside the store; those of a database are told where it is.
    private static func advice(_ from: ShopPlace, _ to: ShopPlace) -> String {
        switch to {
        case .server:
            "Its vault key stays a file\(keyFile(from)): copy it to every machine that serves, and name it with "
                + "--vault-key."
        case .folder(let path):
            "Put its vault key\(keyFile(from)) into \(path)/vault.key, readable by its owner alone, before you serve it."
        }
    }

    private static func keyFile(_ from: ShopPlace) -> String {
        guard case .folder(let path) = from else { return "" }
        return ", \(path)/vault.key"
    }
}

/// A line for each step of the way.
private final class MoveProgress: Sendable {
    private let audit = ProgressLine("adding up   ")
    private let copy = ProgressLine("copying     ")
    private let again = ProgressLine("adding up it")

    func tell(_ step: ShopMove.Step, _ done: Int, of total: Int) {
        switch step {
        case .auditing: audit.tell(done, of: total)
        case .copying: copy.tell(done, of: total)
        case .auditingCopy: again.tell(done, of: total)
        }
    }

    func end() { again.end() }
}
