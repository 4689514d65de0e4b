import CLibPQ
import Foundation
import RasidBase

/// One session with a server: each statement is prepared once and run with binary parameters and results.
final class PostgresConnection: Connection {
    private let handle: OpaquePointer
    /// The statements that the server keeps, by number and by the types of their parameters.
    private var prepared: [Int: [[Oid]: String]] = [:]
    private var misread: String?
    /// The BEGIN that goes with the next statement.
    private var beginning: Beginning?
    /// A ROLLBACK is on its way, and nobody has heard of its end yet.
    private var isEnding = false
    /// The session is out of step with its server.
    private var isStuck = false
    /// What the server has warned of since the transaction's end was asked for.
    private var warnings: [String] = []
    /// The last failure was a conflict with another transaction.
    private(set) var hasConflicted = false
    /// How long an answer is waited for: a while longer than the server may take; nil for as long as it takes.
    private var patience: Duration? = Limits.statementTime
    /// Whether answers are read some rows at a time: for scans.
    private var streams = false
    private var cursors = 0
    /// How many rows have been written since the session began.
    private(set) var changes = 0

    /// - Parameter url: what it leaves open has the defaults below.
    /// - Throws: ``StoreFailure/unavailable(_:)`` that names the cause and never a password.
    init(_ url: DatabaseURL) throws {
        // What stands before the URL is a default, what stands behind it holds.
        let options = [
            ("connect_timeout", "5"), ("tcp_user_timeout", "10000"), ("keepalives_idle", "5"),
            ("keepalives_interval", "2"), ("keepalives_count", "3"),
            ("target_session_attrs", "read-write"), ("application_name", "rasid"), ("dbname", url.text),
            ("client_encoding", "UTF8"),
        ]
        let handle = Self.withCStrings(options.map(\.0)) { keywords in
            Self.withCStrings(options.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let handle else { throw StoreFailure.unavailable("there is no memory for a connection") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else {
            // Everything is set by now, so that the deinitializer closes it.
            throw StoreFailure.unavailable(PostgresFailure.firstLine(of: handle))
        }
        PQsetNoticeReceiver(
            handle,
            { connection, notice in
                guard let connection, let text = PQresultErrorField(notice, RASID_PG_MESSAGE) else { return }
                let severity = PQresultErrorField(notice, RASID_PG_SEVERITY).map { String(cString: $0) }
                guard severity == "WARNING" else { return }
                Unmanaged<PostgresConnection>.fromOpaque(connection).takeUnretainedValue().warnings
                    .append(String(cString: text))
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        PQfinish(handle)
    }

    /// Whether statements may go on in a transaction that has begun.
    var isInWorkingTransaction: Bool { beginning != nil || PQtransactionStatus(handle) == PQTRANS_INTRANS }
    var isLost: Bool { isStuck || PQstatus(handle) != CONNECTION_OK }
    var processID: CInt { PQbackendPID(handle) }
    /// Such as 150018 for 15.18.
    var serverVersion: CInt { PQserverVersion(handle) }

    // MARK: Statements

    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        let parameters = PostgresParameters(parameters)
        if streams, statement.text.utf8.starts(with: "SELECT".utf8) {
            try beginNow()
            return try stream(statement, parameters, row)
        }
        let result: OpaquePointer?
        if statement.isKept {
            result = try execute(prepare(statement, parameters.types), parameters)
        } else {
            try beginNow()
            result = unkept(Self.numbered(statement.spelled(Self.spell)).text, parameters)
        }
        defer { PQclear(result) }
        guard let result, [PGRES_TUPLES_OK, PGRES_COMMAND_OK].contains(PQresultStatus(result)) else {
            throw failure(result)
        }
        _ = try read(result, of: statement, row)
        let rows = Int(String(cString: PQcmdTuples(result))) ?? 0
        // A SELECT's tag counts rows, too.
        if String(cString: PQcmdStatus(result)).utf8.first != UInt8(ascii: "S") { changes += rows }
        return rows
    }

    private func beginNow() throws {
        guard let beginning else { return }
        self.beginning = nil
        try control(beginning.rawValue, tag: "BEGIN")
    }

    /// Runs a text that is not worth keeping.
    private func unkept(_ text: String, _ parameters: PostgresParameters) -> OpaquePointer? {
        answer(within: patience) {
            parameters.withArrays { values, lengths, formats in
                PQsendQueryParams(
                    handle, text, CInt(values.count), parameters.types, values, lengths, formats, 1)
            }
        }
    }

    /// A transaction's BEGIN travels with its first statement: an answer to it alone would tell nothing.
    private func execute(_ name: String, _ parameters: PostgresParameters) throws -> OpaquePointer? {
        guard let beginning else {
            return answer(within: patience) {
                parameters.withArrays { values, lengths, formats in
                    PQsendQueryPrepared(handle, name, CInt(values.count), values, lengths, formats, 1)
                }
            }
        }
        self.beginning = nil
        let begin = try prepare(beginning)
        PQenterPipelineMode(handle)
        PQsendQueryPrepared(handle, begin, 0, nil, nil, nil, 0)
        _ = parameters.withArrays { values, lengths, formats in
            PQsendQueryPrepared(handle, name, CInt(values.count), values, lengths, formats, 1)
        }
        PQpipelineSync(handle)
        // Behind each answer comes an empty one, and behind all of them the end of the pipeline.
        let deadline = patience.map { ContinuousClock.now + $0 }
        let begun = next(by: deadline)
        PQclear(next(by: deadline))
        let result = next(by: deadline)
        PQclear(next(by: deadline))
        PQclear(next(by: deadline))
        if PQexitPipelineMode(handle) != 1 { isStuck = true }
        guard let begun, PQresultStatus(begun) == PGRES_COMMAND_OK else {
            PQclear(result)
            return begun
        }
        PQclear(begun)
        return result
    }

    /// Asks and waits for the one answer.
    ///
    /// - Returns: the last result, as `PQexec` has it; nil for a line that is dead or silent.
    private func answer(within patience: Duration?, _ ask: () -> CInt) -> OpaquePointer? {
        guard ask() == 1 else { return nil }
        let deadline = patience.map { ContinuousClock.now + $0 }
        var last: OpaquePointer?
        while let result = next(by: deadline) {
            PQclear(last)
            last = result
        }
        return last
    }

    /// The next result, which libpq by itself would wait for as long as the line lives: a server that hangs keeps it alive.
    private func next(by deadline: ContinuousClock.Instant?) -> OpaquePointer? {
        while !isStuck, PQisBusy(handle) == 1 {
            let left = deadline.map { max(0, ($0 - ContinuousClock.now).milliseconds) } ?? 60_000
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            let count = poll(&socket, 1, CInt(clamping: left))
            if count == 0, deadline != nil {
                isStuck = true
            } else if count > 0, PQconsumeInput(handle) != 1 {
                break
            }
        }
        return isStuck ? nil : PQgetResult(handle)
    }

    private func prepare(_ beginning: Beginning) throws -> String {
        let name = "\(beginning)"
        guard preparedBeginnings.insert(beginning).inserted else { return name }
        let result = answer(within: patience) { PQsendPrepare(handle, name, beginning.rawValue, 0, nil) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
        return name
    }

    /// - Returns: false where the reader wants no more.
    private func read(
        _ result: OpaquePointer, of statement: Statement, _ row: (any Row) throws -> Bool
    ) throws -> Bool {
        misread = nil
        for index in 0..<PQntuples(result) {
            let goesOn = try row(PostgresRow(result: result, index: index) { self.misread = $0 })
            if let misread { throw StoreFailure.broken("\(misread): \(statement.text)") }
            if !goesOn { return false }
        }
        return true
    }

    /// Reads an answer without a bound through a cursor, some rows at a time: libpq keeps whole results in memory.
    private func stream(
        _ statement: Statement, _ parameters: PostgresParameters, _ row: (any Row) throws -> Bool
    ) throws -> Int {
        cursors += 1
        let cursor = "c\(cursors)"
        let spelled = Self.numbered(statement.spelled(Self.spell))
        let declare = "DECLARE \(cursor) NO SCROLL CURSOR FOR \(spelled.text)"
        let declared = unkept(declare, parameters)
        defer { PQclear(declared) }
        guard PQresultStatus(declared) == PGRES_COMMAND_OK else { throw failure(declared) }
        // Where the transaction has failed its cursors are gone with it.
        defer { PQclear(answer(within: patience) { PQsendQuery(handle, "CLOSE \(cursor)") }) }
        var count = 0
        while true {
            let fetch = "FETCH \(Limits.postgresStreamedRows) FROM \(cursor)"
            let rows = answer(within: patience) { PQsendQueryParams(handle, fetch, 0, nil, nil, nil, nil, 1) }
            defer { PQclear(rows) }
            guard let rows, PQresultStatus(rows) == PGRES_TUPLES_OK else { throw failure(rows) }
            let fetched = PQntuples(rows)
            count += Int(fetched)
            guard try read(rows, of: statement, row), fetched == Limits.postgresStreamedRows else { return count }
        }
    }

    private func prepare(_ statement: Statement, _ types: [Oid]) throws -> String {
        if let kept = prepared[statement.number]?[types] { return kept }
        let spelled = Self.numbered(statement.spelled(Self.spell))
        guard spelled.placeholders == types.count else {
            throw StoreFailure.broken("\(types.count) parameters for: \(statement.text)")
        }
        let name = "s\(statement.number)_\(prepared[statement.number]?.count ?? 0)"
        let result = answer(within: patience) { PQsendPrepare(handle, name, spelled.text, CInt(types.count), types) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
        prepared[statement.number, default: [:]][types] = name
        return name
    }

    private func failure(_ result: OpaquePointer?) -> StoreFailure {
        let failure = PostgresFailure(result, handle)
        hasConflicted = failure.isConflict
        if isStuck { return .unavailable("the database does not answer") }
        return failure.failure
    }

    // MARK: Transactions

    /// Reads are one snapshot; writes lock what they change.
    private enum Beginning: String {
        case writing = "BEGIN"
        case reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    }

    private var preparedBeginnings: Set<Beginning> = []

    /// What goes wrong with it is told by the first statement.
    func begin(isReadOnly: Bool) {
        collect()
        hasConflicted = false
        beginning = isReadOnly ? .reading : .writing
    }

    /// Asks for the end of the transaction and does not wait for it: there is nothing to be told.
    func rollback() {
        guard beginning == nil, !isLost else {
            beginning = nil
            return
        }
        collect()
        isEnding = PQsendQuery(handle, "ROLLBACK") == 1
    }

    private func collect() {
        guard isEnding else { return }
        isEnding = false
        PQclear(answer(within: patience) { 1 })
    }

    /// No timeout cuts a COMMIT short, and its tag is read: it may answer ROLLBACK without an error.
    ///
    /// - Throws: ``StoreFailure/inDoubt(_:)`` where nobody can tell what became of it: the connection broke, or the
    ///   server warned that what is committed here may be nowhere else.
    func commit() throws {
        guard beginning == nil else {
            beginning = nil
            return
        }
        warnings = []
        guard PQtransactionStatus(handle) != PQTRANS_INERROR else {
            rollback()
            throw StoreFailure.broken("a transaction went on after one of its statements had failed")
        }
        // Giving up waiting does not cancel it: whoever asks then looks what became of it.
        let result = answer(within: patience.map { min($0, Limits.commitAnswer) }) {
            PQsendQuery(handle, "SET LOCAL statement_timeout = 0; COMMIT")
        }
        defer { PQclear(result) }
        guard let result, !isLost else {
            throw StoreFailure.inDoubt(
                isStuck ? "the database does not answer" : PostgresFailure.firstLine(of: handle))
        }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            let failure = PostgresFailure(result, handle)
            hasConflicted = failure.isConflict
            // Whoever ends the session in the middle of a COMMIT does not say how far it came.
            if case .unavailable(let cause) = failure.failure, !failure.isConflict { throw StoreFailure.inDoubt(cause) }
            throw failure.failure
        }
        guard String(cString: PQcmdStatus(result)) == "COMMIT" else {
            throw StoreFailure.unavailable("the server rolled the transaction back")
        }
        if let warning = warnings.first { throw StoreFailure.inDoubt(warning) }
    }

    /// - Parameter tag: what the server must answer.
    func control(_ command: String, tag: String) throws {
        collect()
        let result = answer(within: patience) { PQsendQuery(handle, command) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK, String(cString: PQcmdStatus(result)) == tag else {
            throw failure(result)
        }
    }

    /// Nobody waits for a statement, a lock or an idle client for ever.
    ///
    /// - Parameter statements: how long one may run; zero for as long as it takes.
    func limit(statements: Duration) throws {
        try control("SET statement_timeout = \(statements.milliseconds)", tag: "SET")
        let locks = statements == .zero ? 0 : Limits.busyWait.milliseconds
        try control("SET lock_timeout = \(locks)", tag: "SET")
        try control("SET idle_in_transaction_session_timeout = \(statements.milliseconds)", tag: "SET")
        patience = statements == .zero ? nil : statements + .seconds(2)
    }

    /// From now on answers are read some rows at a time, and planned for all of them.
    func stream() throws {
        try control("SET cursor_tuple_fraction = 1", tag: "SET")
        streams = true
    }

    // MARK: Notifications

    /// Waits until the server has sent something, or the time is over.
    ///
    /// - Parameter own: the session whose notifications do not count; asked when there are some.
    /// - Returns: whether another session has notified.
    func isNotified(within milliseconds: CInt, except own: () -> CInt) throws -> Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll(&socket, 1, milliseconds) > 0 else { return false }
        guard PQconsumeInput(handle) == 1 else {
            throw StoreFailure.unavailable(PostgresFailure.firstLine(of: handle))
        }
        var isFromOthers = false
        while let notification = PQnotifies(handle) {
            if notification.pointee.be_pid != own() { isFromOthers = true }
            PQfreemem(notification)
        }
        return isFromOthers
    }

    // MARK: Spelling

    private static func spell(_ word: SQLWord) -> String {
        switch word {
        case .int64: "BIGINT"
        case .bytes: "BYTEA"
        case .counted: "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
        case .strict, .clustered: ""
        case .lock: "FOR UPDATE"
        case .lockSkipping: "FOR UPDATE SKIP LOCKED"
        }
    }

    /// `?` becomes `$1`, `$2` …; none of our texts has one in a literal.
    private static func numbered(_ text: String) -> (text: String, placeholders: Int) {
        var numbered = ""
        var count = 0
        for character in text {
            guard character == "?" else {
                numbered.append(character)
                continue
            }
            count += 1
            numbered += "$\(count)"
        }
        return (numbered, count)
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { $0.map { UnsafePointer($0) } } + [nil])
    }
}
