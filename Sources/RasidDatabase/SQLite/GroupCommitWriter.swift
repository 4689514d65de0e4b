import Dispatch
import Foundation
import RasidBase
import Synchronization

/// The writer's thread: takes what waits, commits it together, answers, and takes again.
///
/// It is a thread of its own, outside request tasks, so that no cancellation reaches its connection.
final class GroupCommitWriter: Sendable {
    private struct State {
        var waiting: [any PendingWrite] = []
        var isStopping = false
        var hasStopped = false
        var onStop: [@Sendable () -> Void] = []
    }

    private let access: SQLiteAccess
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    init(_ access: SQLiteAccess) {
        self.access = access
        let thread = Thread { [self] in loop() }
        thread.name = "rasid-writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    func enqueue(_ write: any PendingWrite) {
        let refusal: StoreFailure? = state.withLock { state in
            if state.isStopping { return .unavailable("the store is closing") }
            if state.waiting.count >= Limits.waitingWrites { return .unavailable("too many writes are waiting") }
            state.waiting.append(write)
            if state.waiting.count == 1 { wake.signal() }
            return nil
        }
        if let refusal { write.fail(refusal) }
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
            if state.waiting.count <= Limits.groupCommitClosures {
                let batch = state.waiting
                state.waiting.removeAll(keepingCapacity: true)
                return (batch, state.isStopping)
            }
            let batch = Array(state.waiting.prefix(Limits.groupCommitClosures))
            state.waiting.removeFirst(batch.count)
            return (batch, state.isStopping)
        }
    }
}
