public import RasidBase
import Synchronization

/// Wakes one waiting task; a ring that comes before the wait is not lost, several rings are one.
public final class Bell: Sendable {
    private enum State {
        case quiet
        case rung
        case waited(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)

    public init() {}

    public func ring() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waited(let continuation) = state else {
                state = .rung
                return nil
            }
            state = .quiet
            return continuation
        }
        waiter?.resume()
    }

    private func takeRing() -> Bool {
        state.withLock { state in
            guard case .rung = state else { return false }
            state = .quiet
            return true
        }
    }

    /// Returns at the next ring, or when the task is cancelled.
    public func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = state.withLock { state in
                    if case .rung = state {
                        state = .quiet
                        return true
                    }
                    state = .waited(continuation)
                    return false
                }
                if isRung { continuation.resume() } else if Task.isCancelled { ring() }
            }
        } onCancel: {
            ring()
        }
    }

    /// Returns at the next ring, when `duration` is over, or when the task is cancelled.
    public func wait(upTo duration: Duration, _ time: any TimeSource) async {
        // Under load it has been rung by now: no timer is set for that.
        if takeRing() { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await time.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }
}
