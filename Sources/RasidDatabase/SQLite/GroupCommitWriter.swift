import Dispatch
import Foundation
import RasidBase
import Synchronization

/// The writer's thread: takes what waits, commits it together, answers, and takes again.
///
/// It is a thread of its own, outside request tasks, so that no cancellation reaches its connection.
final class GroupCommitWriter: Sendable {
    private struct State {
        var waiting: [WaitingWrite] = []
        var isStopping = false
        var hasStopped = false
        var onStop: [@Sendable () -> Void] = []

        func isBehind(at now: ContinuousClock.Instant) -> Bool {
            waiting.count >= Limits.sometimesWaitingSales && waiting[0].isLate(at: now)
        }
    }

    private let access: SQLiteAccess
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    init(_ access: SQLiteAccess) {
        self.access = access
        let thread = Thread { [self] in
            Thread.current.name = "rasid-writer"
            loop()
        }
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// - Parameter isSale: it may be refused because others have waited for too long; what is done for a sale that was
    ///   taken on may not.
    func enqueue(_ write: any PendingWrite, isSale: Bool = false) {
        let now = ContinuousClock.now
        let refusal: StoreFailure? = state.withLock { state in
            if state.isStopping { return .unavailable("the store is closing") }
            if state.waiting.count >= Limits.waitingWrites { return .unavailable("too many writes are waiting") }
            if isSale, state.isBehind(at: now) {
                return .unavailable("writes have waited for too long")
            }
            state.waiting.append(WaitingWrite(write: write, since: now))
            if state.waiting.count == 1 { wake.signal() }
            return nil
        }
        if let refusal { write.fail(refusal) }
    }

    var isBehind: Bool {
        let now = ContinuousClock.now
        return state.withLock { $0.isBehind(at: now) }
    }

    /// Ends the thread after what waits has been committed and answered.
    func stop() async {
        await withCheckedContinuation { continuation in
            let hasStopped = state.withLock { state in
                if !state.isStopping {
                    state.isStopping = true
                    wake.signal()
                }
                if !state.hasStopped { state.onStop.append { continuation.resume() } }
                return state.hasStopped
            }
            if hasStopped { continuation.resume() }
        }
    }

    private func loop() {
        while true {
            wake.wait()
            var (batch, isStopping) = take()
            while !batch.isEmpty {
                access.run { WriteBatch(connection: $0).run(batch) }
                (batch, isStopping) = take()
            }
            if isStopping { break }
        }
        let waiters = state.withLock { state in
            state.hasStopped = true
            return state.onStop
        }
        for resume in waiters { resume() }
    }

    private func take() -> ([any PendingWrite], Bool) {
        state.withLock { state in
            let batch = state.waiting.prefix(Limits.groupCommitClosures).map(\.write)
            state.waiting.removeFirst(batch.count)
            return (batch, state.isStopping)
        }
    }
}
