public import RasidBase
import RasidDatabase
import RasidDelivery
public import RasidOrders

/// Takes a whole shop into another store, cards sealed as they are.
///
/// Both are locked meanwhile; the shop is audited, copied, read again, audited there, and only then left: one row in the
/// store it comes from, written in the transaction that held it. The copy sells nothing before that row is there, so
/// that at no moment two stores sell from one stock; a move that breaks off leaves the shop where it was.
public struct ShopMove: Sendable {
    public enum Step: Sendable {
        case auditing, copying, auditingCopy
    }

    public struct Report: Sendable {
        public let audit: AuditReport
        /// How many rows each table has.
        public let tables: [(table: String, rows: Int)]
    }

    public typealias Progress = @Sendable (Step, _ done: Int, _ of: Int) -> Void

    private static let all = StoredTable.all(of: Schema.migrations)
    private static let tables = all.filter { $0.name != "store_mark" }
    /// What a new store has rows in already.
    private static let seeded: Set<String> = ["operators", "routes"]

    private let (from, to): (ShopPlace, ShopPlace)
    private let now: Timestamp
    private let id: MoveID

    public init(from: ShopPlace, to: ShopPlace, identifiers: any IdentifierSource, at now: Timestamp) {
        (self.from, self.to) = (from.canonical, to.canonical)
        self.now = now
        id = identifiers.fresh(at: now)
    }

    /// - Throws: ``Refusal`` that says why the shop stays where it is.
    public func run(progress: @escaping Progress = { _, _, _ in }) throws -> Report {
        guard from != to else { throw Self.nowhere }
        guard try from.holdsShop() else { throw Refusal("There is no shop in \(from).") }
        let leaving = try from.lock()
        let (source, reader) = (try open(from), try open(from))
        defer { for store in [source, reader] { try? store.close() } }
        // Before anything is made where it is to go.
        try source.look { try refuseServed(at: try source.now(in: $0) ?? now, $0) }
        let coming = try to.lock()
        let target = try open(to)
        defer { try? target.close() }
        try refuseSame(source, target)
        let report = try finished(source, target) ?? move(source, reader, target, progress)
        try target.commit { try StoreMark.clear(in: $0) }
        leaving?.release()
        coming?.release()
        return report
    }

    private static let nowhere = Refusal("A shop cannot move to where it is: give another --to.")

    private func refuseSame(_ source: any InlineDatabase, _ target: any InlineDatabase) throws {
        let here = try source.look { try source.identity(in: $0) }
        guard try here == nil || target.look({ try target.identity(in: $0) }) != here else { throw Self.nowhere }
    }

    private func open(_ place: ShopPlace) throws -> any InlineDatabase {
        switch place {
        case .folder(let path):
            try InlineSQLiteDatabase(path: try DataFolder(path).database, migrations: Schema.migrations)
        case .server(let url):
            try InlinePostgresDatabase(url: url, migrations: Schema.migrations, streams: true)
        }
    }

    private var departed: StoreMark { StoreMark(.moved, to.description, id) }
    private var arriving: StoreMark { StoreMark(.arriving, from.description, id) }

    /// A move that broke off after the shop had left only lacks its last word.
    private func finished(_ source: any InlineDatabase, _ target: any InlineDatabase) throws -> Report? {
        guard let mark = try source.look({ try StoreMark.find(in: $0) }) else { return nil }
        let there = try target.look { try StoreMark.find(in: $0) }
        guard mark.kind == .moved, there?.kind == .arriving, there?.move == mark.move else { throw mark.refusal }
        let audit = try Audit.run(on: target, at: now)
        guard audit.isClean else {
            throw Refusal(
                "The shop has left \(from), and its copy in \(to) does not add up (findings: \(audit.findings.count)): "
                    + "keep both, and look with 'rasid audit'.")
        }
        return Report(
            audit: audit,
            tables: try target.look { transaction in
                try Self.tables.map { ($0.name, try TableCopy([$0]).rows(in: transaction)) }
            })
    }

    private func move(
        _ source: any InlineDatabase, _ reader: any InlineDatabase, _ target: any InlineDatabase,
        _ progress: @escaping Progress
    ) throws -> Report {
        try source.commit { [self] leaving in
            try source.lock(Self.all, in: leaving)
            // Another move may have been first.
            try StoreMark.refuse(in: leaving)
            try refuseServed(at: source.now(in: leaving) ?? now, leaving)
            // A server that was stopped and goes on must not write behind the move's back.
            try source.endOthers(in: leaving)
            let before = try Audit.run(on: reader, at: now) { progress(.auditing, $0, $1) }
            guard before.isClean else {
                throw Refusal(
                    "The books of \(from) do not add up (findings: \(before.findings.count)), and nothing was moved: run "
                        + "'rasid audit' there.")
            }
            // A store without this mark would be served as an empty shop after a move that broke off.
            try target.commit { [self] coming in
                try target.lock(Self.all, in: coming)
                try refuseTaken(coming)
                try arriving.set(at: now, in: coming)
            }
            // Both transactions live on this very stack, one inside the other.
            nonisolated(unsafe) let source = leaving
            let tables = try target.commit { try copy(source, $0, target, progress) }
            let after = try Audit.run(on: target, at: now) { progress(.auditingCopy, $0, $1) }
            guard after == before else {
                throw Refusal("The copy in \(to) does not add up to what \(from) does, and nothing was moved.")
            }
            try departed.set(at: now, in: leaving)
            return Report(audit: after, tables: tables)
        }
    }

    private func copy(
        _ leaving: Transaction, _ coming: Transaction, _ target: any InlineDatabase, _ progress: Progress
    ) throws -> [(table: String, rows: Int)] {
        try target.lock(Self.all, in: coming)
        try refuseTaken(coming)
        let copy = TableCopy(Self.tables)
        let all = try copy.rows(in: leaving)
        let tables = try copy.run(from: leaving, to: coming) { progress(.copying, $0, all) }
        try target.takenIn(Self.tables, in: coming)
        return tables
    }

    /// A folder's server holds its lock; the servers of a database are those that have been heard of lately.
    private func refuseServed(at now: Timestamp, _ transaction: Transaction) throws {
        guard case .server = from, try !Nodes.alive(at: now, in: transaction).isEmpty else { return }
        throw Refusal("Servers are at work on \(from): stop every one of them, wait ten seconds, and try again.")
    }

    /// Only an empty store takes a shop in, and an earlier copy of this very shop that never became one.
    private func refuseTaken(_ transaction: Transaction) throws {
        let mark = try StoreMark.find(in: transaction)
        if mark?.kind == .arriving, mark?.place == from.description { return }
        let filled = Self.tables.filter { !Self.seeded.contains($0.name) }
        guard mark == nil, try TableCopy(filled).rows(in: transaction) == 0 else {
            throw Refusal("\(to) is not empty, and nothing was moved: a shop moves into a place of its own.")
        }
    }
}
