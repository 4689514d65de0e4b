import RasidBase
import Testing

@testable import RasidDatabase

/// The queue behind a reference: an expectation may ask what changes it.
private final class Line {
    private var queue = WalletQueue()

    func append(_ write: any PendingWrite, for wallet: WalletID) -> Bool { queue.append(write, for: wallet) }
    func begins() -> Bool { queue.begins() }
    func takeReady() -> [WalletTurn] { queue.takeReady() }
    func take(_ wallet: WalletID) -> WalletTurn { queue.take(wallet) }
    func end(_ turn: WalletTurn) { queue.end(turn) }

    @discardableResult
    func end(_ turns: [WalletTurn], held: Set<WalletID>) -> [WalletID] { queue.end(turns, held: held) }
}

/// Who has the next turn, and when a transaction begins.
struct WalletQueueTests {
    private let one = WalletID(account: AccountID(1), environment: .production)
    private let two = WalletID(account: AccountID(2), environment: .production)
    private let three = WalletID(account: AccountID(2), environment: .sandbox)

    private func write() -> any PendingWrite {
        PendingWriteOf({ _ in 0 }, reply: { _ in })
    }

    private func queue(_ wallets: WalletID...) -> Line {
        let queue = Line()
        for wallet in wallets { _ = queue.append(write(), for: wallet) }
        return queue
    }

    @Test func `wallets that are ready share a transaction, the longest waiting first`() {
        let queue = queue(two, one, two)
        let turns = queue.takeReady()
        #expect(turns.map(\.wallet) == [two, one])
        #expect(turns.map(\.writes.count) == [2, 1])
        #expect(queue.takeReady().isEmpty)
    }

    @Test func `what comes while a wallet is in a transaction waits for its end`() {
        let queue = queue(one)
        let turns = queue.takeReady()
        _ = queue.append(write(), for: one)
        #expect(queue.takeReady().isEmpty)
        #expect(queue.end(turns, held: []).isEmpty)
        #expect(queue.takeReady().map(\.wallet) == [one])
    }

    @Test func `a transaction takes no more than its bound, and the rest has the next turn`() {
        let queue = Line()
        for _ in 0..<Limits.postgresBatchClosures + 1 { _ = queue.append(write(), for: one) }
        _ = queue.append(write(), for: two)
        let turns = queue.takeReady()
        #expect(turns.map(\.writes.count) == [Limits.postgresBatchClosures])
        queue.end(turns, held: [])
        #expect(queue.takeReady().map(\.wallet) == [two, one])
    }

    @Test func `one transaction begins at once, another beside it only for enough`() {
        let queue = Line()
        #expect(!queue.begins())
        _ = queue.append(write(), for: one)
        #expect(queue.begins())
        let turns = queue.takeReady()
        for _ in 1..<Limits.postgresBatchWorth { _ = queue.append(write(), for: two) }
        #expect(!queue.begins())
        // What waits for a wallet that is in a transaction is not enough for another.
        _ = queue.append(write(), for: one)
        #expect(!queue.begins())
        _ = queue.append(write(), for: two)
        #expect(queue.begins())
        #expect(!queue.begins(), "there is a session for each of two")
        queue.end(turns, held: [])
        #expect(queue.begins())
    }

    @Test func `a wallet that others hold again and again is waited for, with what came meanwhile behind`() {
        let queue = Line()
        let (first, second) = (write(), write())
        _ = queue.append(first, for: one)
        for _ in 1..<Limits.walletPasses {
            #expect(queue.begins())
            #expect(queue.end(queue.takeReady(), held: [one]).isEmpty)
        }
        #expect(queue.begins())
        let last = queue.takeReady()
        _ = queue.append(second, for: one)
        #expect(queue.end(last, held: [one]) == [one])
        #expect(!queue.begins())
        #expect(queue.takeReady().isEmpty)
        let turn = queue.take(one)
        #expect(turn.writes.map(ObjectIdentifier.init) == [first, second].map(ObjectIdentifier.init))
        queue.end(turn)
        #expect(!queue.begins())
        _ = queue.append(write(), for: one)
        #expect(queue.begins())
        #expect(queue.end(queue.takeReady(), held: [one]).isEmpty, "it is counted anew")
    }

    @Test func `a wallet that was put back does not keep the others from their turns`() {
        let queue = queue(one, two, three)
        queue.end(queue.takeReady(), held: [one])
        _ = queue.append(write(), for: two)
        #expect(queue.takeReady().map(\.wallet) == [one, two])
    }

    @Test func `what waits has a bound, and what was put back counts`() {
        let queue = Line()
        for _ in 0..<Limits.waitingWrites { _ = queue.append(write(), for: one) }
        #expect(!queue.append(write(), for: two))
        let turns = queue.takeReady()
        #expect(queue.append(write(), for: two))
        queue.end(turns, held: [one])
        #expect(!queue.append(write(), for: three))
    }
}
