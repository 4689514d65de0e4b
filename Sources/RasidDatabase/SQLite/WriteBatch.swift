import RasidBase

/// Runs the closures of the moment in one transaction and answers all of them after its one fsync (design §8).
///
/// No savepoints. A closure that throws before it wrote is answered with its error beside its neighbours. One
/// that throws after it wrote, or under which the engine rolled back, takes the batch down: it is answered
/// with its error, and the others run again, each in a transaction of its own, so that a batch of n closures
/// runs at most 2n of them.
struct WriteBatch {
    let connection: SQLiteConnection

    private static let takenBack = StoreFailure.unavailable("the engine rolled the transaction back")

    func run(_ writes: [any PendingWrite]) {
        for write in commit(writes) {
            // Alone a closure has no neighbours that would have to run again.
            _ = commit([write])
        }
    }

    /// - Returns: the writes that must run again; all others have been answered.
    private func commit(_ writes: [any PendingWrite]) -> [any PendingWrite] {
        let transaction = Transaction(connection)
        do {
            if let failed = try connection.control(SQLiteControl.begin) { throw failed.failure }
        } catch {
            answer(writes, with: error)
            return []
        }
        for (index, write) in writes.enumerated() {
            let changesBefore = connection.totalChanges
            let threw = write.attempt(transaction) != nil
            let isRolledBack = !connection.isInsideTransaction
            if isRolledBack || (threw && connection.totalChanges != changesBefore) {
                rollback()
                if threw { write.deliver() } else { write.fail(Self.takenBack) }
                return Array(writes[..<index] + writes[(index + 1)...])
            }
        }
        return finish(writes)
    }

    private func finish(_ writes: [any PendingWrite]) -> [any PendingWrite] {
        do {
            guard let failed = try connection.control(SQLiteControl.commit) else {
                for write in writes { write.deliver() }
                return []
            }
            rollback()
            let failure = SQLiteFailure.commitFailure(failed.failure, code: failed.code)
            // In doubt is in doubt for all: run again, they could be told that nothing was stored.
            if case .inDoubt = failure { throw failure }
            if writes.count > 1 { return writes }
            throw failure
        } catch {
            answer(writes, with: error)
            return []
        }
    }

    private func rollback() {
        guard connection.isInsideTransaction else { return }
        // A rollback cannot fail in a way that leaves the transaction open; the next BEGIN would say so.
        _ = try? connection.control(SQLiteControl.rollback)
    }

    private func answer(_ writes: [any PendingWrite], with error: any Error) {
        let failure = error as? StoreFailure ?? .broken("\(type(of: error))")
        for write in writes { write.fail(failure) }
    }
}
