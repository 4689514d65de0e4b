import Dispatch
import Foundation
import RasidBase
import Synchronization

/// Moves the write-ahead log into the database file on a connection and a thread of its own (design §8).
final class Checkpointer: Sendable {
    private static let pause = DispatchTimeInterval.milliseconds(250)
    /// Below this the log is left alone: one longer checkpoint is cheaper than many short ones.
    private static let logBytes: Int64 = 8 << 20
    /// Above this readers have kept the log from starting over, and it is cut as soon as they let it.
    private static let overgrownLogBytes: Int64 = 256 << 20

    private let access: SQLiteAccess
    private let logPath: String
    private let isStopping = Atomic<Bool>(false)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ access: SQLiteAccess, databasePath: String) {
        self.access = access
        logPath = databasePath + "-wal"
        let thread = Thread { [self] in loop() }
        thread.name = "rasid-checkpoint"
        thread.start()
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        wake.signal()
        ended.wait()
        // Whoever stops it a second time must not wait for an end that is over.
        ended.signal()
    }

    private func loop() {
        var seen: Int64 = -1
        while !isStopping.load(ordering: .acquiring) {
            _ = wake.wait(timeout: .now() + Self.pause)
            let size = logSize()
            guard size > Self.logBytes else { continue }
            access.run { connection in
                // A failed checkpoint loses nothing: the log stays, and the next round tries again.
                let version = try? Transaction(connection).first(SQLiteControl.dataVersion) { $0.integer(0) }
                guard let version, version != seen else { return }
                seen = version
                let statement = size > Self.overgrownLogBytes ? SQLiteControl.truncate : SQLiteControl.checkpoint
                _ = try? Transaction(connection).all(statement) { $0.integer(0) }
            }
        }
        ended.signal()
    }

    private func logSize() -> Int64 {
        var status = stat()
        return stat(logPath, &status) == 0 ? Int64(status.st_size) : 0
    }
}
