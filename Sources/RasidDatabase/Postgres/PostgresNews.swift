import Foundation
import RasidBase
import Synchronization

/// Tells other nodes of commits, and hears of theirs.
///
/// NOTIFY goes after the commit, on a connection of its own, at most twenty times a second: inside an order's transaction
/// it would take a lock of the whole database over the flush. It carries nothing: whoever hears it looks.
final class PostgresNews: Sendable {
    /// How long a stop may have to wait for the listening thread.
    private static let earTime: CInt = 100
    private static let pause = UInt32(1_000_000 / Limits.postgresNotices)

    private struct State {
        /// There is something to tell, and a job that will tell it.
        var isTelling = false
        var isStopping = false
        /// The session whose notifications are this node's own.
        var ownProcess: CInt = 0
    }

    private let state = Mutex(State())
    private let notify: String
    private let teller: PostgresWorkers
    /// One element, not yet taken, however often others have committed.
    let stream: AsyncStream<Void>
    private let heard: AsyncStream<Void>.Continuation

    /// - Parameter schema: shops that share a database have a schema each, and news of their own.
    init(_ url: DatabaseURL, _ server: PostgresServer, schema: String) {
        let channel = "\"rasid \(schema.replacing("\"", with: "\"\""))\""
        notify = "NOTIFY \(channel)"
        (stream, heard) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        teller = PostgresWorkers("tell", [PostgresSession(url, server: server)], mostWaiting: 16)
        let ear = Thread { [self] in listen(url, server, "LISTEN \(channel)") }
        ear.name = "rasid-listen"
        ear.start()
    }

    /// This node has committed.
    func committed() {
        let isFirst = state.withLock { state in
            defer { state.isTelling = true }
            return !state.isTelling
        }
        guard isFirst else { return }
        teller.enqueue { [self] session in
            state.withLock { $0.isTelling = false }
            // Where nobody can be told, the other nodes look once a second all the same.
            guard let connection = try? session.open() else { return }
            state.withLock { $0.ownProcess = connection.processID }
            try? connection.control(notify, tag: "NOTIFY")
            usleep(Self.pause)
        } orElse: { [self] _ in
            state.withLock { $0.isTelling = false }
        }
    }

    func stop() async {
        state.withLock { $0.isStopping = true }
        await teller.stop()
        heard.finish()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func listen(_ url: DatabaseURL, _ server: PostgresServer, _ command: String) {
        while !isStopping {
            do {
                let silences = server.silences
                let connection = try server.reach { try PostgresConnection(url) }
                try connection.control(command, tag: "LISTEN")
                // What was told while nobody listened is not known.
                heard.yield()
                while !isStopping, silences == server.silences {
                    let isTold = try connection.isNotified(within: Self.earTime) { state.withLock { $0.ownProcess } }
                    if isTold { heard.yield() }
                }
            } catch {
                usleep(UInt32(Self.earTime) * 1000)
            }
        }
    }
}
