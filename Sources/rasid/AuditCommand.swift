import ArgumentParser
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Add everything up again: money, orders, cards.",
        discussion: """
            Ends with 0 if all is well and with 1 if anything does not add up. A server adds up what is new once a
            minute and tells the number of its findings at /health/ready, until this command finds them no more.

            EXAMPLES:
              rasid audit
              rasid audit --json
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable {
        struct Finding: Encodable {
            let subject: String
            let sentence: String
        }

        let clean: Bool
        let accounts: Int
        let orders: Int
        let transfers: Int
        let cards: Int
        let findings: [Finding]
    }

    func run() async throws {
        let (report, trouble) = try await store.open { shop in
            let progress = ProgressLine("adding up")
            defer { progress.end() }
            // Read first: what a server finds meanwhile is not settled by this.
            let known = try await shop.database.read { try AuditBook.known(in: $0) }
            let report = try await Audit(database: shop.database, time: SystemTime()).run { progress.tell($0, of: $1) }
            return (report, await Self.keep(report, insteadOf: known, in: shop))
        }
        let view = View(
            clean: report.isClean, accounts: report.accounts, orders: report.orders, transfers: report.transfers,
            cards: report.cards,
            findings: report.findings.map { View.Finding(subject: $0.subject, sentence: $0.sentence) })
        try json.show(view, orText: Self.text(report))
        if let trouble { throw trouble }
        guard report.isClean else { throw Refusal("The books do not add up; findings: \(report.findings.count).") }
    }

    /// What a server has found on its way is settled by what is found now.
    ///
    /// - Returns: why it could not be kept; the report is shown all the same.
    private static func keep(
        _ report: AuditReport, insteadOf known: [AuditFinding], in shop: OpenShop
    ) async -> (any Error)? {
        let now = SystemTime().now
        do {
            try await shop.database.write { try AuditBook.replace(known, with: report.findings, at: now, in: $0) }
            return nil
        } catch {
            return error
        }
    }

    private static func text(_ report: AuditReport) -> String {
        var table = Table(.words("WHAT"), .words("DOES NOT ADD UP BECAUSE"))
        for finding in report.findings { table.add(finding.subject, finding.sentence) }
        let counts = """
            Added up: accounts \(report.accounts), orders \(report.orders), transfers \(report.transfers), \
            cards \(report.cards).
            """
        return table.text(ifEmpty: "Everything adds up.") + "\n\n" + counts
    }
}
