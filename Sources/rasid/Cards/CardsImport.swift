import ArgumentParser
import Foundation
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct CardsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring a CSV file of cards into stock, each good line once.",
        discussion: """
            Columns: type,value,code[,serial][,expires_on][,cost], in this order or named by a first line; days are \
            written 2027-12-31, cost is what you paid, in DZD. A bad line stops nothing; a code that is in the store \
            already changes nothing, so the same file may be imported again. A file without any card is refused. \
            Ctrl-C stops an import between two steps and tells what came in.

            EXAMPLES:
              rasid cards import cards.csv --dry-run
              rasid cards import cards.csv --json
              rasid cards import - --dry-run
            """)

    @Argument(help: "The CSV file or a pipe; - for standard input.", completion: .file(extensions: ["csv"]))
    var file: String

    @Flag(help: "Read and check everything, change nothing.")
    var dryRun = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable, Sendable {
        struct Fault: Encodable, Sendable {
            let line: Int
            let reason: String
        }

        let inserted: Int
        let duplicates: Int
        let errors: [Fault]
        /// How many bad lines stand in no list; absent where all of them do.
        let moreErrors: Int?

        init(_ report: CardImport.Report) {
            inserted = report.inserted
            duplicates = report.duplicates
            errors = report.faults.map { Fault(line: $0.line, reason: $0.reason) }
            let more = report.faultCount - report.faults.count
            moreErrors = more > 0 ? more : nil
        }
    }

    func validate() throws {
        try NotEmpty.check(file, "The file")
    }

    func run() async throws {
        let report = try await Interruption.caught { try await bringIn(until: $0) }
        try show(report)
        guard !report.isCutShort else { throw stopped }
        guard report.inserted + report.duplicates > 0 else { throw nothing(in: report) }
    }

    private func bringIn(until interruption: Interruption) async throws -> CardImport.Report {
        let (file, dryRun, keyFile, staff) = (file, dryRun, vault.keyFile, Staff())
        let name = file == "-" ? "standard input" : URL(fileURLWithPath: file).lastPathComponent
        return try await store.open { shop in
            let vault =
                dryRun
                ? try await shop.glanceVault(keyFile: keyFile) : try await shop.vault(keyFile: keyFile)
            if let file = keyFile ?? shop.usualKeyFile { VaultOptions.warn(of: file) }
            // With the first card, for an import that is cut short leaves cards in stock.
            let cards = CardImport(
                database: shop.database, vault: vault, time: SystemTime(), identifiers: SystemIdentifiers()
            ) { try staff.note("cards import", "production stock", "from \(name)", in: $0) }
            let progress = ProgressLine("reading")
            defer { progress.end() }
            return try await cards.run(path: file, dryRun: dryRun) {
                if $1 > 0 { progress.tell($0, of: $1) } else { progress.tell(bytes: $0) }
            } onStop: { report in
                progress.end()
                failed(report)
            } isStopped: {
                interruption.isAsked
            }
        }
    }

    private func show(_ report: CardImport.Report) throws {
        try json.show(View(report), orText: Self.text(report, dryRun: dryRun))
        if report.dearLines > 0 { Complaint.tell("Cards that cost more than their value: \(report.dearLines).") }
        guard report.faultCount > 0, report.inserted + report.duplicates > 0 else { return }
        Complaint.tell("Bad lines that were left out: \(report.faultCount).")
    }

    private var stopped: Refusal {
        Refusal(dryRun ? "The look was stopped, and nothing was changed." : "The import was stopped. \(Self.again)")
    }

    private static let again = "What was added stays; importing the same file again is safe, and adds the rest."

    /// What came in before the failure stays, so it is told before the failure is.
    private func failed(_ report: CardImport.Report) {
        guard report.inserted + report.duplicates + report.faultCount > 0 else { return }
        try? show(report)
        guard report.inserted > 0, !dryRun else { return }
        Complaint.tell("The import stopped half way. \(Self.again)")
    }

    /// Most likely it is not the file that was meant, or not written as cards are.
    private func nothing(in report: CardImport.Report) -> Refusal {
        let name = file == "-" ? "Standard input" : file
        guard report.faultCount > 0 else { return Refusal("\(name) holds no cards.") }
        let hint =
            report.hasSemicolons
            ? "put ',' between the fields in place of ';'" : "'rasid help cards import' says how a card is written"
        return Refusal("No line of \(name) is a new card, and nothing was brought in: \(hint).")
    }

    /// So many bad lines are enough to read; JSON has more.
    private static let listedFaults = 20

    private static func text(_ report: CardImport.Report, dryRun: Bool) -> String {
        let verb = dryRun ? "Would be added" : "Added"
        let summary = "\(verb): \(report.inserted). In the store already: \(report.duplicates)."
        var table = Table(.number("LINE"), .words("IS LEFT OUT BECAUSE IT"))
        for fault in report.faults.prefix(listedFaults) { table.add("\(fault.line)", fault.reason) }
        let more = report.faultCount - listedFaults
        let rest = more > 0 ? "… and \(more) more; --json lists up to \(Limits.importErrorsKept)." : ""
        return [table.text, rest, summary].filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
