import CSQLite
import RasidBase
import RasidDatabase

/// One connection to a shop's file by the plain C API, with the shop's own settings and no driver around it.
final class SQLiteSession {
    /// Whether a commit waits for the disk.
    enum Durability: String {
        case full = "FULL"
        case off = "OFF"
    }

    let handle: OpaquePointer
    /// How long the log was after the last commit, in frames of a page.
    private(set) var logFrames: Int64 = 0
    /// Is woken as the shop's own log wakes its checkpointer.
    var log: LogLength?
    var prepared: [OpaquePointer?] = []

    /// - Parameter cacheKiB: how much of the file is kept in memory; the shop's own size unless told.
    /// - Throws: ``Refusal`` with SQLite's own words.
    init(path: String, durability: Durability, cacheKiB: Int = 16_384) throws {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw Refusal("\(path) cannot be opened: code \(code).")
        }
        handle = opened
        sqlite3_busy_timeout(handle, CInt(Limits.busyWait.milliseconds))
        try execute(
            """
            PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
            PRAGMA cache_size = -\(cacheKiB); PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
            """)
        try set(durability)
        sqlite3_wal_hook(
            handle,
            { context, _, _, frames in
                if let context { Unmanaged<SQLiteSession>.fromOpaque(context).takeUnretainedValue().grew(to: frames) }
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        for statement in prepared { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    private func grew(to frames: CInt) {
        logFrames = Int64(frames)
        if logFrames >= Limits.logFrames { log?.wake() }
    }

    func set(_ durability: Durability) throws {
        try execute("PRAGMA synchronous = \(durability.rawValue)")
    }

    /// Runs texts that answer nothing.
    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    /// - Returns: a statement that the caller finalizes.
    func prepare(_ sql: String) throws -> OpaquePointer {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made else { throw failure(sql) }
        return made
    }

    /// Moves the log into the file and empties it.
    func checkpoint() throws {
        try execute("PRAGMA wal_checkpoint(TRUNCATE)")
        logFrames = 0
    }

    func failure(_ sql: String) -> StoreFailure {
        .broken("\(sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no memory"): \(sql)")
    }
}
