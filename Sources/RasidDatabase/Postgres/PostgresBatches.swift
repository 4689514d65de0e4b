import RasidBase
import Synchronization

/// Lets closures of wallets share transactions and their one flush (design §8).
///
/// A transaction takes along the wallets that nobody else holds and waits for none, so that no two lock each other out and
/// a wallet that is held keeps only its own waiting. One that was held too often in a row is waited for by a session of
/// the patient, in a transaction of its own.
final class PostgresBatches: Sendable {
    private let queue = Mutex(WalletQueue())
    private let sessions: PostgresWorkers
    private let patient: PostgresWorkers
    private let locks: WalletLocks

    /// - Parameters:
    ///   - sessions: few, so that what waits for them gathers.
    ///   - patient: those that wait for a wallet.
    init(_ sessions: PostgresWorkers, patient: PostgresWorkers, locks: @escaping WalletLocks) {
        (self.sessions, self.patient, self.locks) = (sessions, patient, locks)
    }

    func enqueue(_ write: any PendingWrite, for wallet: WalletID) {
        guard queue.withLock({ $0.append(write, for: wallet) }) else {
            return write.fail(StoreFailure.unavailable("too much waits for the database"))
        }
        sell(isRest: false)
    }

    /// Ends once everything that waits has been done: what the first put back is the others' to do.
    func stop() async {
        await sessions.stop()
        await patient.stop()
    }

    /// - Parameter isRest: what waits was taken on before the store began to close.
    private func sell(isRest: Bool = true) {
        guard queue.withLock({ $0.begins() }) else { return }
        sessions.enqueue(isRest: isRest) { [self] session in
            let turns = queue.withLock { $0.takeReady() }
            end(turns, held: turns.isEmpty ? [] : PostgresBatch(session: session).run(turns, locks))
        } orElse: { [self] failure in
            // Everything that is ready: no other transaction may be on its way for it.
            while case let turns = queue.withLock({ $0.takeReady() }), !turns.isEmpty {
                for turn in turns { refuse(turn, failure) }
            }
            end([], held: [])
        }
    }

    private func end(_ turns: [WalletTurn], held: Set<WalletID>) {
        for wallet in queue.withLock({ $0.end(turns, held: held) }) { wait(for: wallet) }
        sell()
    }

    private func wait(for wallet: WalletID) {
        patient.enqueue(isRest: true) { [self] session in
            let turn = queue.withLock { $0.take(wallet) }
            _ = PostgresBatch(session: session).run([turn])
            queue.withLock { $0.end(turn) }
            sell()
        } orElse: { [self] failure in
            refuse(queue.withLock { $0.take(wallet, atMost: Limits.waitingWrites) }, failure)
        }
    }

    private func refuse(_ turn: WalletTurn, _ failure: StoreFailure) {
        queue.withLock { $0.end(turn) }
        for write in turn.writes { write.fail(failure) }
    }
}
