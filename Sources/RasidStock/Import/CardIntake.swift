import RasidBase
import RasidDatabase

/// One run of an import: its key, its batch, and how many cards a short transaction may hold.
struct CardIntake {
    struct ProductKey: Hashable {
        let type: ServiceType
        let value: Money
    }

    let database: any Database
    let vault: Vault
    let time: any TimeSource
    let key: DataKey
    let wrappedKey: [UInt8]
    let source: String
    /// Cards are numbered on from here, so that they lie side by side in the store.
    let base: BatchID
    let startedAt: Timestamp
    let isDryRun: Bool
    let products: [ProductKey: ProductID]
    let onBatch: CardImport.OnBatch
    let isStopped: () -> Bool

    private(set) var report = CardImport.Report()
    /// How many cards one transaction holds; follows what ``Limits/commandLineWrite`` allows.
    private(set) var step = 64
    private var columns: CardColumns?
    private var made: UInt64 = 0

    init(
        database: any Database, vault: Vault, time: any TimeSource, key: DataKey, wrappedKey: [UInt8],
        source: String, base: BatchID, startedAt: Timestamp, isDryRun: Bool, products: [ProductKey: ProductID],
        onBatch: @escaping CardImport.OnBatch, isStopped: @escaping () -> Bool
    ) {
        self.database = database
        self.vault = vault
        self.time = time
        self.key = key
        self.wrappedKey = wrappedKey
        self.source = source
        self.base = base
        self.startedAt = startedAt
        self.isDryRun = isDryRun
        self.products = products
        self.onBatch = onBatch
        self.isStopped = isStopped
    }

    /// Reads and seals one line.
    ///
    /// - Returns: nil for the line of names and for a bad line, which goes into the report.
    mutating func card(_ number: Int, _ line: CSVLines.Line) throws -> PendingCard? {
        do {
            return try seal(fields(of: line, number)).map { PendingCard(line: number, card: $0) }
        } catch let fault as LineFault {
            report.add(fault, line: number)
            return nil
        }
    }

    private mutating func fields(of line: CSVLines.Line, _ number: Int) throws -> CardLine? {
        switch line {
        case .bad(let reason):
            throw LineFault(reason)
        case .fields(let fields):
            if columns == nil {
                report.beginsWith(fields)
                // Only the first line can name columns.
                let named = try Self.columns(namedBy: fields, number)
                columns = named ?? .usual
                if named != nil { return nil }
            }
            return try (columns ?? .usual).read(fields, today: startedAt.dayInAlgiers)
        }
    }

    /// - Throws: ``Refusal`` for names that are not understood: read in the usual order, the lines below them
    ///   would bring in serials as codes, and codes as serials that stand in the clear.
    private static func columns(namedBy fields: [String], _ number: Int) throws -> CardColumns? {
        do {
            return try CardColumns.named(by: fields)
        } catch {
            throw Refusal("Line \(number) \(error.reason): put that right first; nothing was brought in.")
        }
    }

    private mutating func seal(_ line: CardLine?) throws -> SealedCard? {
        guard let line else { return nil }
        guard let product = products[ProductKey(type: line.type, value: line.value)] else {
            // Where columns are swapped a code may stand for the value: it is not repeated.
            throw LineFault("has a value that is not a product of \(line.type.rawValue)")
        }
        report.judge(line)
        let id = CardID(seconds: base.seconds, random: base.random &+ made)
        made += 1
        return SealedCard(
            id: id, environment: .production, product: product, batch: BatchNumber(0),
            expiresOn: line.expiresOn ?? Cards.never, serial: line.serial,
            sealed: try vault.seal(line.code, card: id, product: product, with: key),
            fingerprint: vault.fingerprint(of: line.code), cost: line.cost)
    }

    /// Stores cards in transactions of at most ``step`` until at most `keeping` are left, or the import is to stop.
    mutating func store(_ pending: inout [PendingCard], keeping: Int) async throws {
        var rest = pending[...]
        while !rest.isEmpty, rest.count > keeping {
            guard !isStopped() else { return cutShort() }
            let cards = Array(rest.prefix(step))
            rest = rest.dropFirst(cards.count)
            count(try await store(cards))
        }
        pending = Array(rest)
    }

    /// What has been read and is not stored is left out; the same file brings it in another time.
    mutating func cutShort() {
        report.cutShort()
    }

    private mutating func count(_ outcome: IntakeOutcome) {
        report.count(outcome)
        for (line, stored) in outcome.misplaced {
            let product = products.first { $0.value == stored }?.key
            let name = product.map { "\($0.type.rawValue) \($0.value)" } ?? "another product"
            report.add(LineFault("has a code that is in the store already, as \(name)"), line: line)
        }
    }

    private mutating func store(_ cards: [PendingCard]) async throws -> IntakeOutcome {
        guard !isDryRun else { return try await look(up: cards) }
        let step = step(of: cards)
        let started = time.monotonic
        let outcome = try await database.write { try step($0) }
        let spent = time.monotonic - started
        self.step =
            spent > Limits.commandLineWrite.milliseconds ? max(16, self.step / 2) : min(512, self.step + 16)
        // Whoever waits for the store gets it now: a sale must not queue behind an import (design §8).
        try await time.sleep(for: .milliseconds(max(2, spent)))
        return outcome
    }

    /// One transaction's work.
    private func step(of cards: [PendingCard]) -> @Sendable (Transaction) throws -> IntakeOutcome {
        let (source, wrappedKey, startedAt, onBatch) = (source, wrappedKey, startedAt, onBatch)
        return { transaction in
            var batch = try Batches.find(source, transaction)?.number
            var outcome = IntakeOutcome()
            for pending in cards {
                if let stored = try pending.storedProduct(transaction) {
                    outcome.met(pending, storedAs: stored)
                    continue
                }
                if batch == nil {
                    batch = try Batches.create(source, in: .production, key: wrappedKey, at: startedAt, transaction)
                    try onBatch(transaction)
                }
                guard let batch, try Cards.add(pending.card.inBatch(batch), as: .available, transaction) else {
                    throw Overtaken("another import brought the same cards in meanwhile")
                }
                outcome.inserted += 1
            }
            return outcome
        }
    }

    /// What a dry run has met so far, by eight bytes of a code's fingerprint, so that a million of them stay small.
    private var met: [UInt64: ProductID] = [:]

    private mutating func look(up cards: [PendingCard]) async throws -> IntakeOutcome {
        let stored = try await database.read { transaction in try cards.map { try $0.storedProduct(transaction) } }
        var outcome = IntakeOutcome()
        for (pending, stored) in zip(cards, stored) {
            let mark = pending.card.fingerprint.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if let known = stored ?? met[mark] {
                outcome.met(pending, storedAs: known)
            } else {
                met[mark] = pending.card.product
                outcome.inserted += 1
            }
        }
        return outcome
    }
}

extension SealedCard {
    /// The batch's number is known only once its row is written, with the batch's first new card.
    func inBatch(_ batch: BatchNumber) -> SealedCard {
        SealedCard(
            id: id, environment: environment, product: product, batch: batch, expiresOn: expiresOn, serial: serial,
            sealed: sealed, fingerprint: fingerprint, cost: cost)
    }
}
