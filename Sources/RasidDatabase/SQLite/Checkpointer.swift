import Dispatch
import Foundation
import RasidBase
import Synchronization

/// Moves the write-ahead log into the database file on a connection and a thread of its own (design §8).
///
/// Most of the log is moved while the writer goes on. The writer is kept waiting only for the rest, so that it
/// begins the log anew: a log that only grows makes every start and every commit dearer.
package final class Checkpointer: Sendable {
    private let access: SQLiteAccess
    private let log: LogLength
    private let isStopping = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    package init(_ access: SQLiteAccess, log: LogLength) {
        self.access = access
        self.log = log
        let thread = Thread { [self] in
            Thread.current.name = "rasid-checkpoint"
            loop()
        }
        thread.start()
    }

    package func stop() {
        isStopping.store(true, ordering: .releasing)
        log.wake()
        ended.wait()
        // Whoever stops it a second time must not wait for an end that is over.
        ended.signal()
    }

    private func loop() {
        while true {
            log.waitUntilLong()
            if isStopping.load(ordering: .acquiring) { break }
            access.run { connection in
                let transaction = Transaction(connection)
                for _ in 0..<Limits.logPasses {
                    if Self.rest(SQLiteControl.checkpoint, transaction) <= Limits.logRestFrames { break }
                }
                _ = Self.rest(SQLiteControl.restart, transaction)
            }
        }
        ended.signal()
    }

    /// Moves what it can.
    ///
    /// A failed checkpoint loses nothing: the log stays, and the next commit asks again.
    ///
    /// - Returns: how many frames of the log are left.
    private static func rest(_ statement: Statement, _ transaction: Transaction) -> Int64 {
        let moved = try? transaction.first(statement) { (log: $0.integer(1), moved: $0.integer(2)) }
        return moved.map { $0.log - $0.moved } ?? 0
    }
}
