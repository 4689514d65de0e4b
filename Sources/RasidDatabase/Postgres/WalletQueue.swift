import DequeModule
import RasidBase

/// What one transaction does for one wallet.
struct WalletTurn {
    let wallet: WalletID
    let writes: [WaitingWrite]
}

/// What waits for a transaction, by wallet, and when one should begin: a value, which knows no session.
///
/// A wallet is in one transaction of this node at a time, so that what waits for it gathers. What is left of a turn because
/// somebody else holds its wallet is put back to the front of what waits for it.
struct WalletQueue {
    private var waiting: [WalletID: Deque<WaitingWrite>] = [:]
    /// Wallets with something waiting that are in no transaction; the longest waiting first.
    private var ready: Deque<WalletID> = []
    private var readyWrites = 0
    private var running: Set<WalletID> = []
    private var count = 0
    private var transactions = 0
    private var isClosed = false
    private var behindUntil = ContinuousClock.now

    /// - Throws: ``StoreFailure/unavailable(_:)`` for a write that is not taken on.
    mutating func append(
        _ write: any PendingWrite, for wallet: WalletID, at now: ContinuousClock.Instant
    ) throws(StoreFailure) {
        guard !isClosed else { throw .unavailable("the store is closing") }
        guard count < Limits.waitingWrites else { throw .unavailable("too much waits for the database") }
        // This wallet's own sales: those of others may pass it by.
        if let own = waiting[wallet], own.count >= Limits.sometimesWaitingSales, own[0].isLate(at: now) {
            throw .unavailable("sales of this wallet have waited for too long")
        }
        count += 1
        let isFirst = waiting[wallet] == nil
        waiting[wallet, default: []].append(WaitingWrite(write: write, since: now))
        guard !running.contains(wallet) else { return }
        readyWrites += 1
        if isFirst { ready.append(wallet) }
    }

    /// Whether what ran last had waited for too long. A wallet that somebody else holds says nothing about the others.
    func isBehind(at now: ContinuousClock.Instant) -> Bool {
        count > 0 && now < behindUntil
    }

    /// Nothing more is taken on.
    mutating func close() { isClosed = true }

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

    /// Turns of the wallets that are ready, together as much as one transaction does, and what has waited for too long.
    mutating func takeReady(at now: ContinuousClock.Instant) -> (turns: [WalletTurn], overdue: [any PendingWrite]) {
        var (turns, overdue): ([WalletTurn], [any PendingWrite]) = ([], [])
        var room = Limits.postgresBatchClosures
        while room > 0, let wallet = ready.popFirst() {
            var writes = waiting.removeValue(forKey: wallet) ?? []
            readyWrites -= writes.count
            while let first = writes.first, now - first.since > Limits.postgresPatience {
                overdue.append(first.write)
                writes.removeFirst()
                count -= 1
            }
            let turn = WalletTurn(wallet: wallet, writes: Array(writes.prefix(room)))
            guard !turn.writes.isEmpty else { continue }
            writes.removeFirst(turn.writes.count)
            if !writes.isEmpty { waiting[wallet] = writes }
            running.insert(wallet)
            count -= turn.writes.count
            room -= turn.writes.count
            turns.append(turn)
        }
        return (turns, overdue)
    }

    /// The transaction is over.
    ///
    /// - Parameter left: what has not run, because somebody else holds the wallet.
    mutating func end(_ turns: [WalletTurn], left: [WalletTurn], at now: ContinuousClock.Instant) {
        transactions -= 1
        let held = Set(left.map(\.wallet))
        let isCrowd = count >= Limits.sometimesWaitingSales
        if isCrowd, turns.contains(where: { !held.contains($0.wallet) && $0.writes.first?.isLate(at: now) == true }) {
            behindUntil = now + Limits.behindAfterLateSale
        }
        for turn in left {
            waiting[turn.wallet, default: []].insert(contentsOf: turn.writes, at: 0)
            count += turn.writes.count
        }
        for turn in turns {
            running.remove(turn.wallet)
            guard let writes = waiting[turn.wallet] else { continue }
            ready.append(turn.wallet)
            readyWrites += writes.count
        }
    }
}
