public import RasidBase
public import RasidDatabase

/// Brings a file of cards into production stock: streamed, in short transactions, each good line once.
///
/// A bad line stops nothing; a line whose code is known changes nothing, so the same file may be imported
/// again. The batch's row is written with its first card.
public struct CardImport: Sendable {
    /// What became of the lines.
    public struct Report: Sendable {
        public struct Fault: Hashable, Sendable {
            public let line: Int
            public let reason: String
        }

        public fileprivate(set) var inserted = 0
        public fileprivate(set) var duplicates = 0
        /// The first ``Limits/importErrorsKept`` bad lines.
        public fileprivate(set) var faults: [Fault] = []
        public fileprivate(set) var faultCount = 0
        /// Good lines whose cost is above their value: most likely a slip.
        public fileprivate(set) var dearLines = 0
        /// Whether it was told to stop before the end of the file.
        public fileprivate(set) var isCutShort = false
        /// Whether semicolons stand in the first line, which then is no line of ours.
        public fileprivate(set) var hasSemicolons = false
    }

    /// Is called in the transaction that writes the batch's row, so that what it notes stands with the first card.
    public typealias OnBatch = @Sendable (Transaction) throws -> Void

    private let database: any Database
    private let vault: Vault
    private let time: any TimeSource
    private let identifiers: any IdentifierSource
    private let onBatch: OnBatch

    public init(
        database: any Database, vault: Vault, time: any TimeSource, identifiers: any IdentifierSource,
        onBatch: @escaping OnBatch = { _ in }
    ) {
        self.database = database
        self.vault = vault
        self.time = time
        self.identifiers = identifiers
        self.onBatch = onBatch
    }

    /// - Parameters:
    ///   - path: of a file or a pipe; `-` for standard input.
    ///   - dryRun: reads and looks everything up, and writes nothing.
    ///   - progress: is told how many bytes of how many have been read; of 0 for a pipe.
    ///   - onStop: is told what had come in, and stays, when the import fails half way.
    ///   - isStopped: is asked before each transaction; once it says yes, the report is of what came in until then.
    /// - Throws: ``Refusal`` for a file that cannot be read.
    public func run(
        path: String, dryRun: Bool = false, progress: (_ bytes: Int, _ of: Int) -> Void = { _, _ in },
        onStop: (Report) -> Void = { _ in }, isStopped: @escaping () -> Bool = { false }
    ) async throws -> Report {
        let file = try CardFile(path: path, time: time)
        defer { file.close() }
        return try await run(
            size: file.size, dryRun: dryRun, progress: progress, onStop: onStop, isStopped: isStopped
        ) {
            try await file.next(unless: isStopped)
        }
    }

    /// Imports the text of a file.
    public func run(text: String) async throws -> Report {
        var rest: [UInt8]? = Array(text.utf8)
        return try await run(size: text.utf8.count) {
            defer { rest = nil }
            return rest ?? []
        }
    }

    /// - Parameter next: the next bytes, none at the end.
    func run(
        size: Int, dryRun: Bool = false, progress: (_ bytes: Int, _ of: Int) -> Void = { _, _ in },
        onStop: (Report) -> Void = { _ in }, isStopped: @escaping () -> Bool = { false },
        next: () async throws -> [UInt8]
    ) async throws -> Report {
        var intake = try await intake(dryRun: dryRun, isStopped)
        do {
            try await read(size, into: &intake, progress, next)
            return intake.report.inOrder
        } catch {
            onStop(intake.report.inOrder)
            throw error
        }
    }

    private func read(
        _ size: Int, into intake: inout CardIntake, _ progress: (_ bytes: Int, _ of: Int) -> Void,
        _ next: () async throws -> [UInt8]
    ) async throws {
        var lines = CSVLines()
        var pending: [PendingCard] = []
        var bytesRead = 0
        while true {
            let bytes = try await next()
            // Before the last line is taken for whole: an import that is to stop gets no bytes either.
            guard !intake.isStopped() else { return intake.cutShort() }
            guard !bytes.isEmpty else { break }
            try lines.feed(bytes) { number, line in
                if let card = try intake.card(number, line) { pending.append(card) }
            }
            try await intake.store(&pending, keeping: intake.step)
            bytesRead += bytes.count
            progress(bytesRead, size)
        }
        try lines.finish { number, line in
            if let card = try intake.card(number, line) { pending.append(card) }
        }
        try await intake.store(&pending, keeping: 0)
    }

    private func intake(dryRun: Bool, _ isStopped: @escaping () -> Bool) async throws -> CardIntake {
        let products = try await database.read { try Products.all(in: $0) }
        let now = time.now
        let made = try vault.makeDataKey()
        let base: BatchID = identifiers.fresh(at: now)
        return CardIntake(
            database: database, vault: vault, time: time, key: made.key, wrappedKey: made.wrapped,
            source: "import \(now) \(base)", base: base, startedAt: now, isDryRun: dryRun,
            products: Dictionary(
                uniqueKeysWithValues: products.map { (CardIntake.ProductKey(type: $0.type, value: $0.value), $0.id) }),
            onBatch: onBatch, isStopped: isStopped)
    }
}

extension CardImport.Report {
    mutating func add(_ fault: LineFault, line: Int) {
        faultCount += 1
        if faults.count < Limits.importErrorsKept { faults.append(Fault(line: line, reason: fault.reason)) }
    }

    mutating func count(_ outcome: IntakeOutcome) {
        inserted += outcome.inserted
        duplicates += outcome.duplicates
    }

    mutating func judge(_ line: CardLine) {
        if let cost = line.cost, cost > line.value { dearLines += 1 }
    }

    mutating func cutShort() {
        isCutShort = true
    }

    mutating func beginsWith(_ fields: [String]) {
        hasSemicolons = fields.contains { $0.contains(";") }
    }

    /// Some lines are found bad only when their cards are stored, after others that stand below them.
    var inOrder: CardImport.Report {
        var report = self
        report.faults.sort { $0.line < $1.line }
        return report
    }
}
