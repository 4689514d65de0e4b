public import RasidBase

/// Locks those of the wallets that nobody else holds, without waiting, until the end of the transaction; returns them.
public typealias WalletLocks = @Sendable ([WalletID], Transaction) throws -> Set<WalletID>

/// Runs closures in one transaction and answers them after its one commit.
///
/// As on the embedded store there are no savepoints: a closure that throws before it wrote is answered beside its
/// neighbours; where one has written, lost against another transaction, or broken the transaction, everything is taken
/// back and each runs in a transaction of its own.
struct PostgresBatch {
    let session: PostgresSession

    /// - Parameter locks: nil for one wallet that is to be waited for.
    /// - Returns: the wallets that somebody else holds, whose turns have not run.
    func run(_ turns: [WalletTurn], _ locks: WalletLocks? = nil) -> Set<WalletID> {
        var mine = turns
        let isAnswered = together(&mine, locks)
        if !isAnswered { for write in mine.flatMap(\.writes) { alone(write) } }
        return Set(turns.map(\.wallet)).subtracting(mine.map(\.wallet))
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

    /// - Parameter turns: loses those whose wallets somebody else holds.
    /// - Returns: whether all that are left have been answered.
    private func together(_ turns: inout [WalletTurn], _ locks: WalletLocks?) -> Bool {
        do {
            let connection = try session.open()
            connection.begin(isReadOnly: false)
            if let locks {
                let mine = try locks(turns.map(\.wallet), Transaction(connection))
                turns.removeAll { !mine.contains($0.wallet) }
            }
            guard !turns.isEmpty, attemptAll(turns, connection) else {
                connection.rollback()
                guard connection.hasWaitedInVain else { return false }
                throw StoreFailure.unavailable("somebody else holds a wallet for too long")
            }
            try connection.commit()
        } catch let failure as StoreFailure where session.isUnreachable || session.hasWaitedInVain {
            // Each by itself would only wait for the same server, or the same lock, again.
            return fail(turns, failure)
        } catch StoreFailure.inDoubt(let cause) {
            // In doubt is in doubt for all: run again, they could be told that nothing was stored.
            return fail(turns, .inDoubt(cause))
        } catch {
            return false
        }
        for write in turns.flatMap(\.writes) { write.deliver() }
        return true
    }

    private func fail(_ turns: [WalletTurn], _ failure: StoreFailure) -> Bool {
        for write in turns.flatMap(\.writes) { write.fail(failure) }
        return true
    }

    private func attemptAll(_ turns: [WalletTurn], _ connection: PostgresConnection) -> Bool {
        let transaction = Transaction(connection)
        for write in turns.flatMap(\.writes) {
            let changes = connection.changes
            guard let error = write.attempt(transaction) else { continue }
            let isWhole = connection.changes == changes && connection.isInWorkingTransaction
            guard isWhole, !(error is Overtaken) else { return false }
        }
        return true
    }
}
