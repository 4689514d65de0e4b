import Foundation
import RasidBase
import Synchronization

/// Tells other nodes of commits, and hears of theirs.
///
/// NOTIFY goes after the commit, on a connection of its own, at most fifty times a second: inside an order's transaction
/// it would take a lock of the whole database over the flush. It carries nothing: whoever hears it looks.
final class PostgresNews: Sendable {
    private static let pause: UInt32 = 20_000

    /// There is something to tell, and a job that will tell it.
    private let isTelling = Mutex(false)
    private let gap: Gap
    private let notify: String
    private let worker: PostgresWorkers

    /// - Parameter schema: shops that share a database have a schema each, and news of their own.
    init(_ url: String, schema: String) {
        let channel = "\"rasid \(schema.replacing("\"", with: "\"\""))\""
        let gap = Gap()
        self.gap = gap
        notify = "NOTIFY \(channel)"
        let session = PostgresSession(url) { connection in
            try connection.control("LISTEN \(channel)", tag: "LISTEN")
            gap.listensAnew()
        }
        worker = PostgresWorkers("news", [session], mostWaiting: Limits.waitingWrites)
    }

    /// This node has committed.
    func committed() {
        let isFirst = isTelling.withLock { isTelling in
            defer { isTelling = true }
            return !isTelling
        }
        guard isFirst else { return }
        worker.enqueue { [self] session in
            isTelling.withLock { $0 = false }
            // Nobody is told: the other nodes look once a second all the same.
            try? session.open().control(notify, tag: "NOTIFY")
            usleep(Self.pause)
        }
    }

    /// Whether another node may have committed since the last call.
    func isThere() async throws -> Bool {
        try await worker.run { [gap] session in
            let isTold = try session.open().hasBeenNotified()
            return gap.isOpen() || isTold
        }
    }

    func stop() async {
        await worker.stop()
    }
}

/// While a broken session is opened anew nobody listens: what was told meanwhile is not known.
private final class Gap: Sendable {
    private let sessions = Mutex((opened: 0, known: 1))

    func listensAnew() {
        sessions.withLock { $0.opened += 1 }
    }

    /// Whether there was one since the last call.
    func isOpen() -> Bool {
        sessions.withLock { sessions in
            defer { sessions.known = max(sessions.known, sessions.opened) }
            return sessions.opened > sessions.known
        }
    }
}
