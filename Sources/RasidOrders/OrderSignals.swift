import RasidBase
public import RasidStock
import Synchronization

/// Who is woken when something was committed: readers that wait for an order, loops that wait for work.
///
/// Signals are hints: whoever wakes looks into the store. They are given after the commit, never before.
public final class OrderSignals: Sendable {
    private struct Reader {
        let waiter: OrderWaiter
        /// Monotonic milliseconds.
        let deadline: Int64
    }

    private struct State {
        var readers: [OrderID: [Reader]] = [:]
        var workers: [OperatorID: Bell] = [:]
        var isDraining = false
    }

    private let state = Mutex(State())
    /// Rung when somebody begins to wait where nobody did.
    private let firstReader = Bell()
    let finals = FinalOrders()

    public init() {}

    /// Work for an operator was committed.
    public func placed(for operatorID: OperatorID) {
        state.withLock { $0.workers[operatorID] }?.ring()
    }

    /// What clients see of these orders may have changed; they are as the commit has left them.
    public func changed(_ orders: [Order]) {
        for order in orders { finals.keep(order) }
        let readers = state.withLock { state in
            guard !state.readers.isEmpty else { return [Reader]() }
            return orders.flatMap { state.readers[$0.id] ?? [] }
        }
        for reader in readers { reader.waiter.ring() }
    }

    /// Another process has committed something: everybody looks.
    public func outsideCommit() {
        let (readers, workers) = state.withLock { ($0.readers.values.flatMap { $0 }, Array($0.workers.values)) }
        for reader in readers { reader.waiter.ring() }
        for worker in workers { worker.ring() }
    }

    /// Answers every open wait and lets no new one begin: the server is stopping.
    public func drain() {
        state.withLock { $0.isDraining = true }
        outsideCommit()
    }

    public var isDraining: Bool { state.withLock { $0.isDraining } }

    /// The bell of an operator's loop; made once, rung by every order placed for it.
    public func worker(for operatorID: OperatorID) -> Bell {
        state.withLock { state in
            if let bell = state.workers[operatorID] { return bell }
            let bell = Bell()
            state.workers[operatorID] = bell
            return bell
        }
    }

    /// Returns once somebody waits for an order, or did a moment ago; ``ringLate(at:)`` is to be called from then on.
    public func waitForReaders() async {
        guard state.withLock({ $0.readers.isEmpty }) else { return }
        await firstReader.wait()
    }

    /// Rings for everybody whose time is over: one clock for all of them costs less than a timer each.
    ///
    /// - Parameter now: monotonic milliseconds.
    public func ringLate(at now: Int64) {
        let late = state.withLock { state in
            state.readers.values.flatMap { $0.filter { $0.deadline <= now } }
        }
        for reader in late { reader.waiter.ring() }
    }

    /// Listens for one order as long as `body` runs.
    ///
    /// - Parameter deadline: monotonic milliseconds.
    func listening<Answer: Sendable>(
        to order: OrderID, until deadline: Int64, as waiter: OrderWaiter, _ body: () async throws -> Answer
    ) async rethrows -> Answer {
        let isFirst = state.withLock { state in
            defer { state.readers[order, default: []].append(Reader(waiter: waiter, deadline: deadline)) }
            return state.readers.isEmpty
        }
        if isFirst { firstReader.ring() }
        defer {
            state.withLock { state in
                state.readers[order]?.removeAll { $0.waiter === waiter }
                if state.readers[order]?.isEmpty == true { state.readers[order] = nil }
            }
        }
        return try await body()
    }
}
