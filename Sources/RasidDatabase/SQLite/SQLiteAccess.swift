import CSQLite
import Foundation
import GRDB
import RasidBase

/// One connection and the queue that guards it.
///
/// `@unchecked Sendable`: `connection` is read and set only inside GRDB's serial access to `queue`.
package final class SQLiteAccess: @unchecked Sendable {
    private let queue: DatabaseQueue
    private var connection: SQLiteConnection?

    package enum Purpose {
        case writing, reading, checkpointing

        /// How long a lock is waited for. A checkpoint that restarts the log holds the write lock while it waits for
        /// readers, so it gives up before the writes behind it are late.
        var patience: Duration {
            switch self {
            case .writing, .reading: Limits.busyWait
            case .checkpointing: Limits.checkpointBusyWait
            }
        }
    }

    /// - Parameter log: told of the log's length after each commit.
    /// - Throws: ``Refusal`` that says what is wrong with the file and what to do.
    package init(path: String, purpose: Purpose, log: LogLength? = nil) throws {
        _ = Self.engine
        var configuration = Configuration()
        configuration.readonly = purpose == .reading
        configuration.label = "rasid.\(purpose)"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .callback { tries in
            // Steps of a millisecond: the other process's writes are short (design §8).
            usleep(1000)
            return tries < purpose.patience.milliseconds
        }
        configuration.prepareDatabase { database in
            if purpose != .reading {
                try SQLiteSchema.refuseForeign(database, path: path)
                try Self.useLog(database)
            }
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = 0;
                    PRAGMA cache_size = -16384;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA trusted_schema = OFF;
                    """)
            log?.listen(to: database)
        }
        try SQLiteSchema.refuseLost(path: path)
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError {
            throw SQLiteOpening.refusal(error, path: path)
        }
    }

    /// Set once, before the engine is first used; where somebody was earlier it stays as it was.
    private static let engine = rasid_sqlite3_keep_no_memory_statistics()

    /// Puts the file into WAL mode.
    ///
    /// Of processes that do so at once all but one are told "busy" without the busy handler being asked, for
    /// each holds a lock that the others wait for; they let go of it, and try again here.
    private static func useLog(_ database: GRDB.Database) throws {
        for tries in 1... {
            do {
                return try database.execute(sql: "PRAGMA journal_mode = WAL")
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && tries < Limits.busyWait.milliseconds
            {
                usleep(1000)
            }
        }
    }

    func run<Result>(_ body: (SQLiteConnection) throws -> Result) rethrows -> Result {
        try queue.writeWithoutTransaction { database in
            let connection = self.connection ?? SQLiteConnection(database)
            self.connection = connection
            return try body(connection)
        }
    }

    /// One snapshot for all that `body` reads; what it may have written is taken back.
    func snapshot<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try run { connection in
            if let failed = try connection.control(SQLiteControl.beginReading) { throw failed.failure }
            defer { _ = try? connection.control(SQLiteControl.rollback) }
            return try body(Transaction(connection))
        }
    }

    package func close() throws {
        run { _ in connection = nil }
        try queue.close()
    }
}

enum SQLiteControl {
    static let begin = Statement("BEGIN IMMEDIATE")
    static let beginReading = Statement("BEGIN DEFERRED")
    static let commit = Statement("COMMIT")
    static let rollback = Statement("ROLLBACK")
    static let dataVersion = Statement("PRAGMA data_version")
    static let checkpoint = Statement("PRAGMA wal_checkpoint(PASSIVE)")
    static let restart = Statement("PRAGMA wal_checkpoint(RESTART)")
}

/// What the owner is told when a file cannot be opened.
enum SQLiteOpening {
    static func refusal(_ error: DatabaseError, path: String) -> Refusal {
        switch error.resultCode {
        case .SQLITE_NOTADB:
            Refusal("\(path) is not a Rasid store: give --data a folder of its own.")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            Refusal("\(path) cannot be opened for writing: check who owns the folder and that its disk is writable.")
        case .SQLITE_CORRUPT:
            Refusal("\(path) is damaged: stop, keep a copy of the folder, and restore the last backup.")
        case .SQLITE_FULL:
            Refusal("\(path) cannot grow: its disk is full.")
        case .SQLITE_IOERR:
            Refusal("\(path) cannot be read or written: check that its disk has room and works.")
        case .SQLITE_BUSY:
            Refusal("\(path) is busy with another process: wait for it to end and try again.")
        default:
            Refusal("\(path) cannot be opened: \(error.message ?? "code \(error.resultCode.rawValue)").")
        }
    }
}
