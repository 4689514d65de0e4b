import RasidBase

extension TopupClient {
    /// Waits until an order is fulfilled or refunded (contract §4).
    ///
    /// A server that can hold an answer until there is news is asked to; another one is asked every few seconds. A
    /// queued order, which may take hours, is looked at every few minutes. What is wrong with the network or the server
    /// for a while is waited out.
    ///
    /// - Parameters:
    ///   - id: what the server calls it.
    ///   - limit: when to give up; the order goes on.
    /// - Throws: ``TopupError``, with ``TopupError/Code/deadlineExceeded`` and ``TopupError/lastSeen`` where the order
    ///   was not final in time; `CancellationError` as soon as the task is cancelled.
    public func waitUntilFinal(id: String, upTo limit: Duration) async throws -> Topup {
        try await waitUntilFinal(.id(id), upTo: limit, stopsWhenQueued: false)
    }

    /// Waits until an order is fulfilled or refunded, as ``waitUntilFinal(id:upTo:)`` does.
    ///
    /// - Parameters:
    ///   - reference: what the client calls it.
    ///   - limit: when to give up; the order goes on.
    public func waitUntilFinal(reference: String, upTo limit: Duration) async throws -> Topup {
        try await waitUntilFinal(.reference(reference), upTo: limit, stopsWhenQueued: false)
    }

    /// Waits until an order is fulfilled, refunded or queued, as ``waitUntilFinal(id:upTo:)`` does: until there is
    /// something to tell a customer who stands at the counter.
    ///
    /// - Parameters:
    ///   - id: what the server calls it.
    ///   - limit: when to give up; the order goes on.
    public func waitUntilFinalOrQueued(id: String, upTo limit: Duration) async throws -> Topup {
        try await waitUntilFinal(.id(id), upTo: limit, stopsWhenQueued: true)
    }

    private func waitUntilFinal(
        _ lookup: OrderLookup, upTo limit: Duration, stopsWhenQueued: Bool
    ) async throws -> Topup {
        let end = time.monotonic + min(limit, Self.longestLimit).milliseconds
        var rhythm = PollRhythm()
        var state = Waiting()
        while true {
            try Task.checkCancellation()
            let remaining = Duration.milliseconds(end - time.monotonic)
            guard remaining > .zero else { throw state.giveUp(after: limit) }
            let hold = state.holds ? heldSeconds(remaining) : 0
            let began = time.monotonic
            var pause: Duration
            do {
                let topup = try await look(lookup, hold, remaining)
                if topup.isFinal || (stopsWhenQueued && topup.status == .queued) { return topup }
                state.see(topup)
                pause = rhythm.pause(
                    after: topup.status, asked: .seconds(hold), took: .milliseconds(time.monotonic - began))
            } catch let error as TopupError {
                pause = try state.bear(error, rhythm.pauseAfterFailure())
            }
            pause = min(pause, .milliseconds(end - time.monotonic))
            if pause > .zero { try await time.sleep(for: pause) }
        }
    }

    /// One look, with more time than the server was asked to hold its answer for.
    private func look(_ lookup: OrderLookup, _ hold: Int, _ remaining: Duration) async throws -> Topup {
        let limit = min(.seconds(hold) + configuration.deadline, max(remaining, .milliseconds(100)))
        let call = lookup.call(waitSeconds: hold > 0 ? hold : nil)
        return try await exchange.ask(call, for: TopupWire.self, within: limit).content.topup
    }

    /// No order is open for so long; and no reckoning overflows.
    private static let longestLimit = Duration.seconds(366 * 86_400)

    /// A second is kept for the answer's way, so that the last look is not cut off.
    private func heldSeconds(_ remaining: Duration) -> Int {
        let most = min(max(0, configuration.heldSeconds), Limits.waitSeconds)
        return min(most, max(0, Int(remaining.components.seconds) - 1))
    }
}

/// What is known while an order is waited for.
private struct Waiting {
    private var lastSeen: Topup?
    private var lastFault: TopupError?
    /// Whether the server is asked to hold its answers.
    private(set) var holds = true

    mutating func see(_ topup: Topup) {
        lastSeen = topup
        lastFault = nil
        // That an order is queued is news, and told at once.
        holds = holds && topup.status != .queued
    }

    /// - Returns: how long to pause after a failure that may pass.
    /// - Throws: `error` where it does not.
    mutating func bear(_ error: TopupError, _ pause: Duration) throws -> Duration {
        // A server that is strict about what it does not know is asked without it.
        if holds, error.code == .invalid {
            holds = false
            return .zero
        }
        guard error.isTransient else { throw error }
        lastFault = error
        return max(pause, error.retryAfter ?? .zero)
    }

    func giveUp(after limit: Duration) -> TopupError {
        let status = lastSeen?.statusWord ?? "never seen"
        let fault = lastFault.map { "; a look failed with \($0.code)" } ?? ""
        var error = TopupError(
            .deadlineExceeded, "the order was not final within \(DurationText.print(limit)): \(status)\(fault)")
        error.lastSeen = lastSeen
        return error
    }
}
