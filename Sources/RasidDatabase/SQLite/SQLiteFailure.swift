import GRDB
import GRDBSQLite
import RasidBase

/// SQLite's result codes as the few failures the shop knows.
enum SQLiteFailure {
    static func failure(_ code: CInt, _ database: GRDB.Database) -> StoreFailure {
        failure(code, sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) } ?? "code \(code)")
    }

    static func failure(_ error: DatabaseError) -> StoreFailure {
        failure(error.resultCode.rawValue, error.message ?? "code \(error.resultCode.rawValue)")
    }

    private static func failure(_ code: CInt, _ message: String) -> StoreFailure {
        switch code & 0xff {
        case SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN,
            SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_PROTOCOL, SQLITE_ABORT:
            .unavailable(message)
        default:
            .broken(message)
        }
    }

    /// A failed COMMIT: after an input or output error its frames may be in the log all the same.
    static func commitFailure(_ failure: StoreFailure, code: CInt) -> StoreFailure {
        guard case .unavailable(let message) = failure, code & 0xff == SQLITE_IOERR else { return failure }
        return .inDoubt(message)
    }
}
