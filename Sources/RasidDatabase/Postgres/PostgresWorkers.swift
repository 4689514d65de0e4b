import DequeModule
import Dispatch
import Foundation
import RasidBase
import Synchronization

/// A bounded pool: so many threads with a session each take what waits, in turn.
///
/// libpq blocks while the server works, and a thread that serves requests must not. No cancellation reaches a session.
final class PostgresWorkers: Sendable {
    private struct Job {
        let since: ContinuousClock.Instant
        let run: @Sendable (PostgresSession) -> Void
        let refuse: @Sendable (StoreFailure) -> Void
    }

    private struct State {
        var waiting: Deque<Job> = []
        /// What wakes each thread that has nothing to do; the last to rest is the first to be woken, while the server's side
        /// of its session is still in the caches.
        var resting: [DispatchSemaphore] = []
        /// Threads that will look for another job.
        var running: Int
        /// Threads whose session is not closed yet.
        var open: Int
        var isStopping = false
        var isGivenUp = false
        var onStop: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>
    private let mostWaiting: Int
    private let patience: Duration?

    /// - Parameters:
    ///   - sessions: one a thread; made here, used there.
    ///   - patience: how long a job may wait for its turn: behind a server that does not answer nobody waits for ever.
    init(_ name: String, _ sessions: [PostgresSession], mostWaiting: Int, patience: Duration? = nil) {
        state = Mutex(State(running: sessions.count, open: sessions.count))
        self.mostWaiting = mostWaiting
        self.patience = patience
        for session in sessions {
            let thread = Thread { [self] in loop(session) }
            thread.name = "rasid-\(name)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    /// How many jobs wait for a thread.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` on the next free thread, whatever becomes of the caller meanwhile.
    ///
    /// - Throws: what `body` throws, or ``StoreFailure/unavailable(_:)`` where too much waits.
    func run<Answer: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            enqueue { session in
                continuation.resume(with: Result { try body(session) })
            } orElse: { failure in
                continuation.resume(throwing: failure)
            }
        }
    }

    /// - Parameters:
    ///   - isRest: the job goes on with what was taken on before the pool began to stop.
    ///   - refuse: is told why the job is never run.
    func enqueue(
        isRest: Bool = false, _ job: @escaping @Sendable (PostgresSession) -> Void,
        orElse refuse: @escaping @Sendable (StoreFailure) -> Void = { _ in }
    ) {
        let refusal: StoreFailure? = state.withLock { state in
            if state.running == 0 || (state.isStopping && !isRest) { return .unavailable("the store is closing") }
            if state.waiting.count >= mostWaiting { return .unavailable("too much waits for the database") }
            state.waiting.append(Job(since: ContinuousClock.now, run: job, refuse: refuse))
            state.resting.popLast()?.signal()
            return nil
        }
        if let refusal { refuse(refusal) }
    }

    /// Ends the threads after what waits has been done; a caller that is cancelled does not wait for it.
    func stop() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasStopped = state.withLock { state in
                    state.isStopping = true
                    for thread in state.resting { thread.signal() }
                    state.resting = []
                    let hasStopped = state.open == 0 || state.isGivenUp
                    if !hasStopped { state.onStop.append { continuation.resume() } }
                    return hasStopped
                }
                if hasStopped { continuation.resume() }
            }
        } onCancel: {
            let waiters = state.withLock { state in
                state.isGivenUp = true
                defer { state.onStop = [] }
                return state.onStop
            }
            for resume in waiters { resume() }
        }
    }

    private func loop(_ session: PostgresSession) {
        let wake = DispatchSemaphore(value: 0)
        while let job = next(wake) {
            if let patience, ContinuousClock.now - job.since > patience {
                job.refuse(.unavailable("the database was busy for too long"))
            } else {
                job.run(session)
            }
        }
        session.close()
        let waiters: [@Sendable () -> Void] = state.withLock { state in
            state.open -= 1
            guard state.open == 0 else { return [] }
            defer { state.onStop = [] }
            return state.onStop
        }
        for resume in waiters { resume() }
    }

    /// Waits for a job; nil once there are none and none will come.
    private func next(_ wake: DispatchSemaphore) -> Job? {
        while true {
            let (job, isOver) = state.withLock { state in
                let job = state.waiting.popFirst()
                let isOver = job == nil && state.isStopping
                if isOver { state.running -= 1 } else if job == nil { state.resting.append(wake) }
                return (job, isOver)
            }
            if let job { return job }
            if isOver { return nil }
            wake.wait()
        }
    }
}
