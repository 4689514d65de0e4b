import Synchronization

/// Tells whoever holds an answer back that nobody waits for it any more: the client has gone, or the server drains.
///
/// One a connection. The gate tells it what it sees; an endpoint finds it as ``ofConnection``.
final class HangUp: Sendable {
    /// That of the connection whose request is being answered.
    @TaskLocal static var ofConnection = HangUp()

    private struct State {
        var hasHappened = false
        var listener: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The first time, and no other, tells the listener.
    func happened() {
        let listener = state.withLock { state in
            defer { (state.hasHappened, state.listener) = (true, nil) }
            return state.hasHappened ? nil : state.listener
        }
        listener?()
    }

    /// Runs `body`, and tells `listener` once if nobody waits for what it answers, or if that is so already.
    func listening<Answer>(_ listener: @escaping @Sendable () -> Void, _ body: () async throws -> Answer) async rethrows
        -> Answer
    {
        let hasHappened = state.withLock { state in
            if !state.hasHappened { state.listener = listener }
            return state.hasHappened
        }
        if hasHappened { listener() }
        defer { state.withLock { $0.listener = nil } }
        return try await body()
    }
}
