import Foundation
import RasidBase
import Synchronization

/// Lets closures of wallets share transactions and their one flush (design §8).
///
/// A transaction takes along the wallets that nobody else holds and waits for none, so that no two lock each other out and
/// a wallet that is held keeps only its own waiting: it is looked at again with the next.
final class PostgresBatches: Sendable {
    private let queue = Mutex(WalletQueue())
    private let sessions: PostgresWorkers
    private let locks: WalletLocks

    init(_ sessions: PostgresWorkers, locks: @escaping WalletLocks) {
        (self.sessions, self.locks) = (sessions, locks)
    }

    func enqueue(_ write: any PendingWrite, for wallet: WalletID) {
        do throws(StoreFailure) {
            try queue.withLock { queue throws(StoreFailure) in
                try queue.append(write, for: wallet, at: .now)
            }
        } catch {
            return write.fail(error)
        }
        sell()
    }

    var isBehind: Bool { queue.withLock { $0.isBehind(at: .now) } }

    /// Takes nothing more on, and ends once everything that waits has been answered.
    func stop() async {
        queue.withLock { $0.close() }
        await sessions.stop()
    }

    private func sell() {
        guard queue.withLock({ $0.begins() }) else { return }
        // What waits was taken on before the store began to close.
        sessions.enqueue(isRest: true) { [self] session in
            let (turns, overdue) = queue.withLock { $0.takeReady(at: .now) }
            for write in overdue { write.fail(StoreFailure.unavailable("the database was busy for too long")) }
            let left = turns.isEmpty ? [] : PostgresBatch(session: session, locks: locks).run(turns)
            // Somebody else holds all of them: for the length of a transaction, as a rule.
            if !turns.isEmpty, left.count == turns.count { usleep(.random(in: 500...2500)) }
            queue.withLock { $0.end(turns, left: left, at: .now) }
            sell()
        } orElse: { [self] failure in
            let (turns, overdue) = queue.withLock { $0.takeReady(at: .now) }
            for write in overdue + turns.flatMap(\.writes).map(\.write) { write.fail(failure) }
            queue.withLock { $0.end(turns, left: [], at: .now) }
            sell()
        }
    }
}
