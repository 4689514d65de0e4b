import DequeModule
import RasidBase
import Synchronization

/// Lets closures of wallets share transactions and their one flush (design §8).
///
/// A transaction takes its wallets in one order, the same on every node, so that no two lock each other out; and a wallet
/// is in one transaction of this node at a time, so that what waits for it gathers.
final class PostgresBatches: Sendable {
    private struct State {
        var waiting: [WalletID: Deque<any PendingWrite>] = [:]
        /// Wallets with something waiting that are in no transaction; the longest waiting first.
        var ready: Deque<WalletID> = []
        var running: Set<WalletID> = []
        var count = 0
    }

    private let state = Mutex(State())
    private let workers: PostgresWorkers

    init(_ workers: PostgresWorkers) {
        self.workers = workers
    }

    func enqueue(_ write: any PendingWrite, for wallet: WalletID) {
        let (isFull, isReady) = state.withLock { state in
            guard state.count < Limits.waitingWrites else { return (true, false) }
            let isFirst = state.waiting[wallet] == nil
            state.waiting[wallet, default: []].append(write)
            state.count += 1
            let isReady = isFirst && !state.running.contains(wallet)
            if isReady { state.ready.append(wallet) }
            return (false, isReady)
        }
        if isFull { return write.fail(StoreFailure.unavailable("too much waits for the database")) }
        if isReady { next(isRest: false) }
    }

    /// One turn for each wallet that became ready: the first takes several along, and the last may find nothing.
    private func next(isRest: Bool) {
        workers.enqueue(isRest: isRest) { [self] session in
            let batch = take()
            guard !batch.isEmpty else { return }
            PostgresBatch(session: session).run(batch.flatMap(\.writes))
            for _ in 0..<end(batch) { next(isRest: true) }
        } orElse: { [self] failure in
            // Everything that waits: no other turn may be on its way for it.
            while case let batch = take(), !batch.isEmpty {
                for (_, writes) in batch { for write in writes { write.fail(failure) } }
                _ = end(batch)
            }
        }
    }

    /// - Returns: for how many of its wallets something waits by now.
    private func end(_ batch: [(wallet: WalletID, writes: [any PendingWrite])]) -> Int {
        state.withLock { state in
            let again = batch.map(\.wallet).filter { state.waiting[$0] != nil }
            state.running.subtract(batch.map(\.wallet))
            state.ready.append(contentsOf: again)
            return again.count
        }
    }

    /// What the next transaction does, by wallet.
    private func take() -> [(wallet: WalletID, writes: [any PendingWrite])] {
        state.withLock { state in
            var batch: [(wallet: WalletID, writes: [any PendingWrite])] = []
            var room = Limits.postgresBatchClosures
            while room > 0, let wallet = state.ready.popFirst() {
                let writes = Array((state.waiting[wallet] ?? []).prefix(room))
                state.waiting[wallet]?.removeFirst(writes.count)
                if state.waiting[wallet]?.isEmpty == true { state.waiting[wallet] = nil }
                state.count -= writes.count
                room -= writes.count
                batch.append((wallet, writes))
            }
            state.running.formUnion(batch.map(\.wallet))
            return batch.sorted { $0.wallet < $1.wallet }
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
            _ = try session.write { transaction in
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
            connection.begin(isReadOnly: false)
            guard attemptAll(writes, connection) else {
                connection.rollback()
                guard connection.hasWaitedInVain else { return false }
                throw StoreFailure.unavailable("somebody else holds a wallet for too long")
            }
            try connection.commit()
        } catch let failure as StoreFailure where session.isUnreachable || session.hasWaitedInVain {
            // Each by itself would only wait for the same server, or the same lock, again.
            for write in writes { write.fail(failure) }
            return true
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
