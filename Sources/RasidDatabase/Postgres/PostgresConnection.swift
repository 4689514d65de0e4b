import CLibPQ
import Foundation
import RasidBase

/// One session with a server: each statement is prepared once and run with binary parameters and results.
package final class PostgresConnection: Connection {
    let handle: OpaquePointer
    /// The statements that the server keeps, by number and by the types of their parameters.
    var prepared: [Int: [[Oid]: String]] = [:]
    var misread: String?
    /// The BEGIN that goes with the next statement.
    var beginning: Beginning?
    /// Statements that go with the next one, too.
    var promises: [PostgresPromise] = []
    /// The transaction is a look: it ends without a COMMIT.
    private(set) var isReadOnly = false
    /// One of the transaction's statements did not do what was promised: it cannot be committed.
    var hasBrokenPromise = false
    /// A ROLLBACK is on its way, and nobody has heard of its end yet.
    private var isEnding = false
    /// The session is out of step with its server.
    var isStuck = false {
        didSet { if isStuck, !oldValue, !hasBroken { onSilence() } }
    }
    var onSilence: () -> Void = {}
    /// What the server has warned of since the transaction's end was asked for.
    private var warnings: [String] = []
    /// The last failure was a conflict with another transaction.
    var hasConflicted = false
    /// The last statement took too long: somebody else held a lock, or the server was at its limit.
    var hasWaitedInVain = false
    /// How long an answer is waited for: a while longer than the server may take; nil for as long as it takes.
    var patience: Duration? = Limits.statementTime
    /// Whether answers are read some rows at a time: for scans.
    var streams = false
    var cursors = 0
    /// How many rows have been written since the session began.
    var changes = 0

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
    var isLost: Bool { isStuck || hasBroken }
    var hasBroken: Bool { PQstatus(handle) != CONNECTION_OK }
    var processID: CInt { PQbackendPID(handle) }
    /// Such as 150018 for 15.18.
    var serverVersion: CInt { PQserverVersion(handle) }

    // MARK: Transactions

    /// Reads are one snapshot; writes lock what they change. No role's or database's default takes the place of either.
    enum Beginning: String {
        case writing = "BEGIN ISOLATION LEVEL READ COMMITTED"
        case reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    }

    var preparedBeginnings: Set<Beginning> = []

    /// What goes wrong with it is told by the first statement that is waited for.
    func begin(isReadOnly: Bool) {
        collect()
        hasConflicted = false
        hasWaitedInVain = false
        hasBrokenPromise = false
        self.isReadOnly = isReadOnly
        beginning = isReadOnly ? .reading : .writing
    }

    /// Asks for the end of the transaction and does not wait for it: there is nothing to be told.
    func rollback() {
        promises = []
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
        guard beginning == nil || !promises.isEmpty else {
            beginning = nil
            return
        }
        do {
            try settle()
        } catch {
            rollback()
            throw error
        }
        warnings = []
        guard PQtransactionStatus(handle) != PQTRANS_INERROR, !hasBrokenPromise else {
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

    /// Whether the server on this line takes writes, and says so soon.
    func leads(within patience: Duration) -> Bool {
        collect()
        let result = answer(within: patience) { PQsendQuery(handle, "SELECT pg_is_in_recovery()") }
        defer { PQclear(result) }
        guard !isLost, PQresultStatus(result) == PGRES_TUPLES_OK, let value = PQgetvalue(result, 0, 0) else {
            return false
        }
        return String(cString: value) == "f"
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
    /// - Parameters:
    ///   - statements: how long one may run; zero for as long as it takes, with no other limit either.
    ///   - locks: how long a lock may be waited for.
    func limit(statements: Duration, locks: Duration = Limits.busyWait) throws {
        let isLimited = statements > .zero
        try control("SET statement_timeout = \(statements.milliseconds)", tag: "SET")
        try control("SET lock_timeout = \(isLimited ? locks.milliseconds : 0)", tag: "SET")
        // A closure asks one statement after the other: whoever pauses hangs, and holds what others wait for.
        let idle = isLimited ? Limits.postgresIdle.milliseconds : 0
        try control("SET idle_in_transaction_session_timeout = \(idle)", tag: "SET")
        patience = statements == .zero ? nil : statements + .seconds(2)
    }

    /// From now on answers are read some rows at a time, and planned for all of them.
    func stream() throws {
        try control("SET cursor_tuple_fraction = 1", tag: "SET")
        streams = true
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { $0.map { UnsafePointer($0) } } + [nil])
    }
}
