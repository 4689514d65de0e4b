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
    let locks: WalletLocks

    private struct Held: Error {}

    /// - Returns: what is left: somebody else holds its wallet, and nothing of it has run.
    func run(_ turns: [WalletTurn]) -> [WalletTurn] {
        var free = turns
        let left = together(&free) ? [] : apart(free)
        let wallets = Set(free.map(\.wallet))
        return turns.filter { !wallets.contains($0.wallet) } + left
    }

    /// - Parameter turns: loses those whose wallets somebody else holds.
    /// - Returns: whether all that stay have been answered; else nothing is stored, and each may be tried by itself.
    private func together(_ turns: inout [WalletTurn]) -> Bool {
        do {
            let (connection, free) = try begin(turns.map(\.wallet))
            turns.removeAll { !free.contains($0.wallet) }
            guard attemptAll(turns, connection) else {
                connection.rollback()
                guard session.hasGivenUp else { return false }
                throw Self.givenUp
            }
            return try commit(connection, turns)
        } catch {
            // Each by itself would only wait for the same server, or the same lock, again.
            for waiting in turns.flatMap(\.writes) { waiting.write.fail(error) }
            return true
        }
    }

    private static let givenUp = StoreFailure.unavailable(
        "the database, or somebody who holds what a sale needs, took too long")

    /// Begins with the wallets that nobody else holds; a line that broke while nobody used it is made anew, once.
    private func begin(_ wallets: [WalletID]) throws -> (PostgresConnection, free: Set<WalletID>) {
        for isLast in [false, true] {
            let connection = try session.open()
            connection.begin(isReadOnly: false)
            do {
                return (connection, try locks(wallets, Transaction(connection)))
            } catch {
                connection.rollback()
                guard connection.hasBroken, !isLast else { throw error }
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    private func attemptAll(_ turns: [WalletTurn], _ connection: PostgresConnection) -> Bool {
        let transaction = Transaction(connection)
        for waiting in turns.flatMap(\.writes) {
            let changes = connection.changes
            guard let error = waiting.write.attempt(transaction) else { continue }
            let isWhole = connection.changes == changes && connection.isInWorkingTransaction
            // What an earlier one had promised may be what failed.
            guard isWhole, !(error is Overtaken), !connection.hasBrokenPromise else { return false }
        }
        return true
    }

    /// - Throws: what is to be told to all: in doubt is in doubt for each, and run again it could be told that nothing was
    ///   stored.
    private func commit(_ connection: PostgresConnection, _ turns: [WalletTurn]) throws -> Bool {
        guard !turns.isEmpty else {
            connection.rollback()
            return true
        }
        do {
            try connection.commit()
        } catch StoreFailure.inDoubt(let cause) {
            throw StoreFailure.inDoubt(cause)
        } catch {
            // What was promised is told of here, too: whoever has waited in vain would do so again.
            guard !session.hasGivenUp else { throw Self.givenUp }
            return false
        }
        for waiting in turns.flatMap(\.writes) { waiting.write.deliver() }
        return true
    }

    /// - Returns: what is left of the turns whose wallets somebody else holds by now.
    private func apart(_ turns: [WalletTurn]) -> [WalletTurn] {
        var left: [WalletTurn] = []
        var isOver = false
        for turn in turns {
            var writes = turn.writes[...]
            while let next = writes.first {
                // Whoever has waited in vain once would do so with each of them; and one by one they may take long.
                isOver = isOver || ContinuousClock.now - next.since > Limits.postgresPatience
                if isOver { next.write.fail(Self.givenUp) } else if !alone(next.write, of: turn.wallet) { break }
                isOver = isOver || session.hasGivenUp
                writes.removeFirst()
            }
            if !writes.isEmpty { left.append(WalletTurn(wallet: turn.wallet, writes: Array(writes))) }
        }
        return left
    }

    /// - Returns: false where somebody else holds the wallet.
    private func alone(_ write: any PendingWrite, of wallet: WalletID) -> Bool {
        do {
            _ = try session.write { transaction in
                guard try locks([wallet], transaction).contains(wallet) else { throw Held() }
                if let error = write.attempt(transaction) { throw error }
            }
            write.deliver()
        } catch is Held {
            return false
        } catch {
            write.fail(error)
        }
        return true
    }
}
