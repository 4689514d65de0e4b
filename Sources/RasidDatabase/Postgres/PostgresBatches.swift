import DequeModule
import RasidBase
import Synchronization

/// Lets the closures of one wallet share transactions, while those of others run beside them (design §8).
///
/// What waits for one wallet's row would commit one after the other, a flush each. Closures of several wallets in one
/// transaction would lock out another node's, which come in another order.
final class PostgresBatches: Sendable {
    private struct State {
        /// What waits, by wallet; a wallet whose closures are being run has an entry, however empty.
        var waiting: [WalletID: Deque<any PendingWrite>] = [:]
        var count = 0
    }

    private let state = Mutex(State())
    private let workers: PostgresWorkers

    init(_ workers: PostgresWorkers) {
        self.workers = workers
    }

    func enqueue(_ write: any PendingWrite, for wallet: WalletID) {
        let (isFull, isFirst) = state.withLock { state in
            guard state.count < Limits.waitingWrites else { return (true, false) }
            let isFirst = state.waiting[wallet] == nil
            state.waiting[wallet, default: []].append(write)
            state.count += 1
            return (false, isFirst)
        }
        if isFull { return write.fail(StoreFailure.unavailable("too much waits for the database")) }
        if isFirst { next(of: wallet, isRest: false) }
    }

    /// One batch a turn, behind what other wallets have waiting.
    private func next(of wallet: WalletID, isRest: Bool) {
        workers.enqueue(isRest: isRest) { [self] session in
            PostgresBatch(session: session).run(take(of: wallet))
            let isMore = state.withLock { state in
                let isMore = state.waiting[wallet]?.isEmpty == false
                if !isMore { state.waiting[wallet] = nil }
                return isMore
            }
            if isMore { next(of: wallet, isRest: true) }
        } orElse: { [self] failure in
            let refused = state.withLock { state in
                let refused = state.waiting.removeValue(forKey: wallet) ?? []
                state.count -= refused.count
                return refused
            }
            for write in refused { write.fail(failure) }
        }
    }

    private func take(of wallet: WalletID) -> [any PendingWrite] {
        state.withLock { state in
            let batch = (state.waiting[wallet] ?? []).prefix(Limits.postgresBatchClosures)
            state.waiting[wallet]?.removeFirst(batch.count)
            state.count -= batch.count
            return Array(batch)
        }
    }
}

/// Runs closures in one transaction and answers them after its one commit.
///
/// As on the embedded store there are no savepoints: a closure that throws before it wrote is answered beside its
/// neighbours; where one has written, lost against another transaction, or broken the transaction, everything is taken
/// back and each runs in a transaction of its own.
struct PostgresBatch {
    let session: PostgresSession

    func run(_ writes: [any PendingWrite]) {
        if writes.count > 1, together(writes) { return }
        for write in writes { alone(write) }
    }

    private func alone(_ write: any PendingWrite) {
        do {
            try session.write { transaction in
                if let error = write.attempt(transaction) { throw error }
            }
            write.deliver()
        } catch {
            write.fail(error)
        }
    }

    /// - Returns: whether all have been answered.
    private func together(_ writes: [any PendingWrite]) -> Bool {
        do {
            let connection = try session.open()
            try connection.begin(isReadOnly: false)
            guard attemptAll(writes, connection) else {
                connection.rollback()
                return false
            }
            try connection.commit()
        } catch StoreFailure.inDoubt(let cause) {
            // In doubt is in doubt for all: run again, they could be told that nothing was stored.
            for write in writes { write.fail(StoreFailure.inDoubt(cause)) }
            return true
        } catch {
            return false
        }
        for write in writes { write.deliver() }
        return true
    }

    private func attemptAll(_ writes: [any PendingWrite], _ connection: PostgresConnection) -> Bool {
        let transaction = Transaction(connection)
        for write in writes {
            let changes = connection.changes
            guard let error = write.attempt(transaction) else { continue }
            let isWhole = connection.changes == changes && connection.isInWorkingTransaction
            guard isWhole, !(error is Overtaken) else { return false }
        }
        return true
    }
}
