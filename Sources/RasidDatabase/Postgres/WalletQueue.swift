import DequeModule
import RasidBase

/// What one transaction does for one wallet.
struct WalletTurn {
    let wallet: WalletID
    let writes: [any PendingWrite]
}

/// What waits for a transaction, by wallet, and when one should begin: a value, which knows no session.
///
/// A wallet is in one transaction of this node at a time, so that what waits for it gathers. A turn that passes because
/// somebody else holds its wallet is put back; after so many in a row the wallet is to be waited for by itself.
struct WalletQueue {
    private var waiting: [WalletID: Deque<any PendingWrite>] = [:]
    /// Wallets with something waiting that are in no transaction; the longest waiting first.
    private var ready: Deque<WalletID> = []
    private var readyWrites = 0
    private var running: Set<WalletID> = []
    private var passes: [WalletID: Int] = [:]
    private var count = 0
    private var transactions = 0

    /// - Returns: false where too much waits already.
    mutating func append(_ write: any PendingWrite, for wallet: WalletID) -> Bool {
        guard count < Limits.waitingWrites else { return false }
        count += 1
        let isFirst = waiting[wallet] == nil
        waiting[wallet, default: []].append(write)
        guard !running.contains(wallet) else { return true }
        readyWrites += 1
        if isFirst { ready.append(wallet) }
        return true
    }

    /// Whether another transaction should begin now; it counts as begun then.
    ///
    /// One does whenever something is ready. Another beside it would only halve what both carry, and each costs a flush and
    /// a dozen messages, unless there is enough for it.
    mutating func begins() -> Bool {
        guard readyWrites > 0, transactions < Limits.postgresSellers else { return false }
        guard transactions == 0 || readyWrites >= Limits.postgresBatchWorth else { return false }
        transactions += 1
        return true
    }

    /// Turns of the wallets that are ready, together as much as one transaction does.
    mutating func takeReady() -> [WalletTurn] {
        var turns: [WalletTurn] = []
        var room = Limits.postgresBatchClosures
        while room > 0, let wallet = ready.popFirst() {
            running.insert(wallet)
            readyWrites -= waiting[wallet]?.count ?? 0
            let turn = take(wallet, atMost: room)
            room -= turn.writes.count
            turns.append(turn)
        }
        return turns
    }

    /// The turn of a wallet that was to be waited for.
    mutating func take(_ wallet: WalletID, atMost most: Int = Limits.postgresBatchClosures) -> WalletTurn {
        let writes = Array((waiting[wallet] ?? []).prefix(most))
        waiting[wallet]?.removeFirst(writes.count)
        if waiting[wallet]?.isEmpty == true { waiting[wallet] = nil }
        count -= writes.count
        return WalletTurn(wallet: wallet, writes: writes)
    }

    /// The transaction is over.
    ///
    /// - Parameter held: wallets that somebody else holds: nothing of their turns has run.
    /// - Returns: the wallets that are to be waited for.
    mutating func end(_ turns: [WalletTurn], held: Set<WalletID>) -> [WalletID] {
        transactions -= 1
        for turn in turns where !held.contains(turn.wallet) { end(turn) }
        return turns.filter { held.contains($0.wallet) && putBack($0) }.map(\.wallet)
    }

    /// The turn has been answered.
    mutating func end(_ turn: WalletTurn) {
        passes[turn.wallet] = nil
        makeReady(turn.wallet)
    }

    private mutating func makeReady(_ wallet: WalletID) {
        running.remove(wallet)
        guard let writes = waiting[wallet] else { return }
        ready.append(wallet)
        readyWrites += writes.count
    }

    /// - Returns: whether the wallet is to be waited for.
    private mutating func putBack(_ turn: WalletTurn) -> Bool {
        waiting[turn.wallet, default: []].insert(contentsOf: turn.writes, at: 0)
        count += turn.writes.count
        passes[turn.wallet, default: 0] += 1
        if passes[turn.wallet, default: 0] >= Limits.walletPasses { return true }
        makeReady(turn.wallet)
        return false
    }
}
