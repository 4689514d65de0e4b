import RasidBase
import Testing

@testable import RasidDatabase

/// The queue behind a reference: an expectation may ask what changes it.
private final class Line {
    private var queue = WalletQueue()
    var now = ContinuousClock.now

    func append(_ write: any PendingWrite, for wallet: WalletID) throws {
        try queue.append(write, for: wallet, at: now)
    }
    func close() { queue.close() }
    func begins() -> Bool { queue.begins() }
    func take() -> [WalletTurn] { queue.takeReady(at: now).turns }
    func takeOverdue() -> [any PendingWrite] { queue.takeReady(at: now).overdue }
    func end(_ turns: [WalletTurn], left: [WalletTurn] = []) { queue.end(turns, left: left, at: now) }
    var isBehind: Bool { queue.isBehind(at: now) }
}

/// Who has the next turn, and when a transaction begins.
struct WalletQueueTests {
    private let one = WalletID(account: AccountID(1), environment: .production)
    private let two = WalletID(account: AccountID(2), environment: .production)
    private let three = WalletID(account: AccountID(2), environment: .sandbox)

    private func write() -> any PendingWrite {
        PendingWriteOf({ _ in 0 }, reply: { _ in })
    }

    private func queue(_ wallets: WalletID...) throws -> Line {
        let queue = Line()
        for wallet in wallets { try queue.append(write(), for: wallet) }
        return queue
    }

    @Test func `wallets that are ready share a transaction, the longest waiting first`() throws {
        let queue = try queue(two, one, two)
        let turns = queue.take()
        #expect(turns.map(\.wallet) == [two, one])
        #expect(turns.map(\.writes.count) == [2, 1])
        #expect(queue.take().isEmpty)
    }

    @Test func `what comes while a wallet is in a transaction waits for its end`() throws {
        let queue = try queue(one)
        let turns = queue.take()
        try queue.append(write(), for: one)
        #expect(queue.take().isEmpty)
        queue.end(turns)
        #expect(queue.take().map(\.wallet) == [one])
    }

    @Test func `a transaction takes no more than its bound, and the rest has the next turn`() throws {
        let queue = Line()
        for _ in 0..<Limits.postgresBatchClosures + 1 { try queue.append(write(), for: one) }
        try queue.append(write(), for: two)
        let turns = queue.take()
        #expect(turns.map(\.writes.count) == [Limits.postgresBatchClosures])
        queue.end(turns)
        #expect(queue.take().map(\.wallet) == [two, one])
    }

    @Test func `one transaction begins at once, another beside it only for enough`() throws {
        let queue = Line()
        #expect(!queue.begins())
        try queue.append(write(), for: one)
        #expect(queue.begins())
        let turns = queue.take()
        for _ in 1..<Limits.postgresBatchWorth { try queue.append(write(), for: two) }
        #expect(!queue.begins())
        // What waits for a wallet that is in a transaction is not enough for another.
        try queue.append(write(), for: one)
        #expect(!queue.begins())
        try queue.append(write(), for: two)
        #expect(queue.begins())
        #expect(!queue.begins(), "there is a session for each of two")
        queue.end(turns)
        #expect(queue.begins())
    }

    @Test func `what is left of a turn comes before what came meanwhile, and the others have theirs first`() throws {
        let queue = Line()
        let (first, second, later) = (write(), write(), write())
        for write in [first, second] { try queue.append(write, for: one) }
        let turns = queue.take()
        try queue.append(later, for: one)
        try queue.append(write(), for: two)
        queue.end(turns, left: [WalletTurn(wallet: one, writes: Array(turns[0].writes.dropFirst()))])
        let next = queue.take()
        #expect(next.map(\.wallet) == [two, one])
        #expect(next[1].writes.map { ObjectIdentifier($0.write) } == [second, later].map(ObjectIdentifier.init))
    }

    @Test func `a wallet that was put back does not keep the others from their turns`() throws {
        let queue = try queue(one, two, three)
        let turns = queue.take()
        queue.end(turns, left: [turns[0]])
        try queue.append(write(), for: two)
        #expect(queue.take().map(\.wallet) == [one, two])
    }

    @Test func `nobody waits for ever, also for a wallet that is put back again and again`() throws {
        let queue = try queue(one, two)
        #expect(queue.begins())
        let turns = queue.take()
        queue.now += Limits.postgresPatience
        try queue.append(write(), for: two)
        queue.end(turns, left: turns)
        queue.now += .milliseconds(1)
        #expect(queue.begins())
        let overdue = queue.takeOverdue()
        #expect(overdue.map(ObjectIdentifier.init) == turns.map { ObjectIdentifier($0.writes[0].write) })
        // The wallet of the later write is in a transaction, the other one free.
        try queue.append(write(), for: one)
        #expect(queue.take().map(\.wallet) == [one])
    }

    @Test func `what waits has a bound, and what was put back counts`() throws {
        let queue = Line()
        for _ in 0..<Limits.waitingWrites { try queue.append(write(), for: one) }
        #expect(throws: StoreFailure.self) { try queue.append(write(), for: two) }
        let turns = queue.take()
        try queue.append(write(), for: two)
        queue.end(turns, left: turns)
        #expect(throws: StoreFailure.self) { try queue.append(write(), for: three) }
    }

    @Test func `a wallet with a crowd that has waited for too long takes no more on, and others do`() throws {
        let queue = Line()
        for _ in 1..<Limits.sometimesWaitingSales { try queue.append(write(), for: one) }
        queue.now += Limits.oldestWaitingSale + .milliseconds(1)
        try queue.append(write(), for: one)
        #expect(throws: StoreFailure.unavailable("sales of this wallet have waited for too long")) {
            try queue.append(write(), for: one)
        }
        try queue.append(write(), for: two)
        let turns = queue.take()
        #expect(turns.map(\.wallet) == [one])
        try queue.append(write(), for: one)
    }

    @Test func `the queue is behind for a while after a crowd's late sale, and not for what is held`() throws {
        let queue = try queue(one, two)
        let turns = queue.take()
        let crowd = Limits.sometimesWaitingSales + Limits.postgresBatchClosures
        for _ in 0..<crowd { try queue.append(write(), for: three) }
        queue.now += Limits.oldestWaitingSale + .milliseconds(1)
        queue.end(turns, left: turns)
        #expect(!queue.isBehind)
        queue.end(queue.take(), left: [])
        #expect(queue.isBehind)
        queue.now += Limits.behindAfterLateSale
        #expect(!queue.isBehind)
    }

    @Test func `a queue that is closed takes nothing on and gives what it has`() throws {
        let queue = try queue(one)
        queue.close()
        #expect(throws: StoreFailure.unavailable("the store is closing")) { try queue.append(write(), for: two) }
        #expect(queue.begins())
        #expect(queue.take().map(\.wallet) == [one])
    }
}
