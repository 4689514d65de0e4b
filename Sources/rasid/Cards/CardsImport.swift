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
            already changes nothing, so the same file may be imported again.

            EXAMPLES:
              rasid cards import cards.csv --dry-run
              rasid cards import cards.csv --json
            """)

    @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"]))
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

    func run() async throws {
        try refuseOtherThanFile()
        let (file, dryRun, keyFile, staff) = (file, dryRun, vault.keyFile, Staff())
        let name = URL(fileURLWithPath: file).lastPathComponent
        let report = try await store.open { shop in
            let vault =
                dryRun
                ? try await VaultKeyFile.glance(keyFile ?? shop.folder.vaultKey, for: shop.database)
                : try await shop.vault(keyFile: keyFile)
            // With the first card, for an import that is cut short leaves cards in stock.
            let cards = CardImport(
                database: shop.database, vault: vault, time: SystemTime(), identifiers: SystemIdentifiers()
            ) { try staff.note("cards import", "production stock", "from \(name)", in: $0) }
            let progress = ProgressLine("reading")
            defer { progress.end() }
            return try await cards.run(path: file, dryRun: dryRun) {
                progress.tell($0, of: $1)
            } onStop: { report in
                progress.end()
                stopped(report)
            }
        }
        try show(report)
    }

    private func show(_ report: CardImport.Report) throws {
        try json.show(View(report), orText: Self.text(report, dryRun: dryRun))
        guard report.faultCount > 0 else { return }
        Complaint.tell("Bad lines that were left out: \(report.faultCount).")
    }

    /// What came in before the failure stays, so it is told before the failure is.
    private func stopped(_ report: CardImport.Report) {
        guard report.inserted + report.duplicates + report.faultCount > 0 else { return }
        try? show(report)
        guard report.inserted > 0, !dryRun else { return }
        Complaint.tell("The import stopped half way: what was added stays. Import the whole file again for the rest.")
    }

    /// A folder or a pipe: an import reads a file, whose length it knows.
    private func refuseOtherThanFile() throws {
        var status = stat()
        guard stat(file, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw Refusal("\(file) is not a file of lines: give a CSV file.")
    }

    private static func text(_ report: CardImport.Report, dryRun: Bool) -> String {
        let verb = dryRun ? "Would be added" : "Added"
        let summary = "\(verb): \(report.inserted). In the store already: \(report.duplicates)."
        var table = Table(.number("LINE"), .words("IS LEFT OUT BECAUSE IT"))
        for fault in report.faults { table.add("\(fault.line)", fault.reason) }
        let more = report.faultCount - report.faults.count
        return [table.text, more > 0 ? "… and \(more) more." : "", summary]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
