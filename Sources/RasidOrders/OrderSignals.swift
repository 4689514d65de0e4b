public import RasidBase
public import RasidStock
import Synchronization

/// Who is woken when something was committed: readers that wait for an order, loops that wait for work.
///
/// Signals are hints: whoever wakes looks into the store. They are given after the commit, never before.
public final class OrderSignals: Sendable {
    private struct State {
        var readers: [OrderID: [Bell]] = [:]
        var workers: [OperatorID: Bell] = [:]
        var isDraining = false
    }

    private let state = Mutex(State())

    public init() {}

    /// Work for an operator was committed.
    public func placed(for operatorID: OperatorID) {
        state.withLock { $0.workers[operatorID] }?.ring()
    }

    /// What clients see of these orders may have changed.
    public func changed(_ orders: some Sequence<OrderID>) {
        let bells = state.withLock { state in
            guard !state.readers.isEmpty else { return [Bell]() }
            return orders.flatMap { state.readers[$0] ?? [] }
        }
        for bell in bells { bell.ring() }
    }

    /// Another process has committed something: everybody looks.
    public func outsideCommit() {
        let bells = state.withLock { state in
            state.readers.values.flatMap { $0 } + state.workers.values
        }
        for bell in bells { bell.ring() }
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

    /// Listens for one order as long as `body` runs.
    func listening<Answer: Sendable>(
        to order: OrderID, _ body: (Bell) async throws -> Answer
    ) async rethrows -> Answer {
        let bell = Bell()
        state.withLock { $0.readers[order, default: []].append(bell) }
        defer {
            state.withLock { state in
                state.readers[order]?.removeAll { $0 === bell }
                if state.readers[order]?.isEmpty == true { state.readers[order] = nil }
            }
        }
        return try await body(bell)
    }
}
