import CLibPQ
import Foundation
import RasidBase

/// One session with a server: each statement is prepared once and run with binary parameters and results.
final class PostgresConnection: Connection {
    private let handle: OpaquePointer
    /// The statements that the server keeps, by number and by the types of their parameters.
    private var prepared: [Int: [[Oid]: String]] = [:]
    private var misread: String?
    /// What the server has warned of since the transaction's end was asked for.
    private var warnings: [String] = []
    /// The last failure was a conflict with another transaction.
    private(set) var hasConflicted = false
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
    var isInWorkingTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }
    var isLost: Bool { PQstatus(handle) != CONNECTION_OK }
    var processID: CInt { PQbackendPID(handle) }
    /// Such as 150018 for 15.18.
    var serverVersion: CInt { PQserverVersion(handle) }

    // MARK: Statements

    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        let parameters = PostgresParameters(parameters)
        if streams, statement.text.utf8.starts(with: "SELECT".utf8) {
            return try stream(statement, parameters, row)
        }
        let name = try prepare(statement, parameters.types)
        let result = parameters.withArrays { values, lengths, formats in
            PQexecPrepared(handle, name, CInt(values.count), values, lengths, formats, 1)
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
        let declared = parameters.withArrays { values, lengths, formats in
            PQexecParams(
                handle, "DECLARE \(cursor) NO SCROLL CURSOR FOR \(spelled.text)", CInt(values.count), parameters.types,
                values, lengths, formats, 1)
        }
        defer { PQclear(declared) }
        guard PQresultStatus(declared) == PGRES_COMMAND_OK else { throw failure(declared) }
        // Where the transaction has failed its cursors are gone with it.
        defer { PQclear(PQexec(handle, "CLOSE \(cursor)")) }
        var count = 0
        while true {
            let rows = PQexecParams(
                handle, "FETCH \(Limits.postgresStreamedRows) FROM \(cursor)", 0, nil, nil, nil, nil, 1)
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
        let result = PQprepare(handle, name, spelled.text, CInt(types.count), types)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
        prepared[statement.number, default: [:]][types] = name
        return name
    }

    private func failure(_ result: OpaquePointer?) -> StoreFailure {
        let failure = PostgresFailure(result, handle)
        hasConflicted = failure.isConflict
        return failure.failure
    }

    // MARK: Transactions

    /// - Throws: ``StoreFailure``.
    func begin(isReadOnly: Bool) throws {
        hasConflicted = false
        // Reads are one snapshot; writes lock what they change.
        try control(isReadOnly ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN", tag: "BEGIN")
    }

    func rollback() {
        guard !isLost else { return }
        PQclear(PQexec(handle, "ROLLBACK"))
    }

    /// No timeout cuts a COMMIT short, and its tag is read: it may answer ROLLBACK without an error.
    ///
    /// - Throws: ``StoreFailure/inDoubt(_:)`` where nobody can tell what became of it: the connection broke, or the
    ///   server warned that what is committed here may be nowhere else.
    func commit() throws {
        warnings = []
        guard PQtransactionStatus(handle) != PQTRANS_INERROR else {
            rollback()
            throw StoreFailure.broken("a transaction went on after one of its statements had failed")
        }
        let result = PQexec(handle, "SET LOCAL statement_timeout = 0; COMMIT")
        defer { PQclear(result) }
        guard let result, !isLost else { throw StoreFailure.inDoubt(PostgresFailure.firstLine(of: handle)) }
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
        let result = PQexec(handle, command)
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
        try control("SET lock_timeout = \(Limits.busyWait.milliseconds)", tag: "SET")
        try control("SET idle_in_transaction_session_timeout = \(statements.milliseconds)", tag: "SET")
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
