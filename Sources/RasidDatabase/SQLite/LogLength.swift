import Dispatch
import GRDB
import GRDBSQLite
import RasidBase
import Synchronization

/// How long the write-ahead log is, told by the engine after each commit; it wakes the checkpointer.
package final class LogLength: Sendable {
    private let isAwake = Atomic<Bool>(false)
    private let long = DispatchSemaphore(value: 0)

    package init() {}

    /// Listens to the commits of a connection, which must be closed before this goes away.
    func listen(to database: GRDB.Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, frames in
                if let context, frames >= Limits.logFrames {
                    Unmanaged<LogLength>.fromOpaque(context).takeUnretainedValue().wake()
                }
                return SQLITE_OK
            }, context)
    }

    package func wake() {
        if !isAwake.exchange(true, ordering: .acquiringAndReleasing) { long.signal() }
    }

    /// Blocks the thread until a commit has left the log longer than it should be.
    func waitUntilLong() {
        long.wait()
        isAwake.store(false, ordering: .releasing)
    }
}
