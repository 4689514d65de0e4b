import Dispatch
import RasidBase
import Synchronization

/// Runs what may take long, a few at a time; beyond a bound of waiting ones it refuses.
final class ScanThreads: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rasid.scans", attributes: .concurrent)

    /// - Returns: false if too many wait already; the scan is then not run.
    func run(_ scan: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard state.waiting.count < Limits.waitingScans else { return (false, false) }
            state.waiting.append(scan)
            guard state.running < Limits.scanThreads else { return (true, false) }
            state.running += 1
            return (true, true)
        }
        if isFirst { queue.async { [self] in work() } }
        return isTaken
    }

    private func work() {
        while let scan = next() { scan() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
