import RasidBase

extension TopupClient {
    /// Places an order, once, however often it has to be sent (contract §4).
    ///
    /// After a lost or unreadable answer, a 5xx or a 429 the same reference is sent again, until the deadline. If the
    /// server knows the reference already and its order is this very one, that is the answer:
    /// ``AcceptedTopup/wasKnown`` is true then.
    ///
    /// - Throws: ``TopupError``. Its ``TopupError/outcome`` says whether there may be an order all the same; if so, look
    ///   the reference up with ``topup(reference:waitSeconds:)``, or call this again with the same value, at once or
    ///   days later. The same holds after a `CancellationError`.
    public func send(_ request: SendRequest) async throws -> AcceptedTopup {
        var repeats = Repeats(configuration, time: time)
        var mayHaveArrived = false
        while true {
            do {
                return try await post(request, within: repeats.limit())
            } catch var error as TopupError {
                if error.code == .duplicatedReference { return try await known(request, error, &repeats) }
                guard error.isTransient || error.code == .unreadableAnswer else {
                    // An earlier try may still be under way, and hold what this one was refused for.
                    guard mayHaveArrived else { throw error }
                    try await time.sleep(for: min(Self.settling, repeats.remaining))
                    return try await known(request, error, &repeats)
                }
                mayHaveArrived = mayHaveArrived || error.outcome == .unknown
                if mayHaveArrived { error.outcome = .unknown }
                try await repeats.pause(after: error)
            }
        }
    }

    /// Places an order with one request and nothing else: no repeat, no looking up (contract §4).
    ///
    /// - Throws: ``TopupError``, with ``TopupError/Code/duplicatedReference`` where the reference is known already,
    ///   even if its order is this one.
    public func sendOnce(_ request: SendRequest) async throws -> AcceptedTopup {
        // With no repeat left, the one try has the whole deadline.
        var once = configuration
        once.retries = 0
        return try await post(request, within: Repeats(once, time: time).limit())
    }

    private func post(_ request: SendRequest, within limit: Duration) async throws -> AcceptedTopup {
        let sent = try await exchange.ask(.send(request), for: SentWire.self, within: limit).content
        return AcceptedTopup(
            id: sent.id, reference: request.reference, fullReference: sent.fullReference, wasKnown: false)
    }

    /// The order that has the request's reference, if it is the one that was asked for.
    ///
    /// - Throws: `refusal` where it is another one, where there is none, and where that cannot be found out.
    private func known(
        _ request: SendRequest, _ refusal: TopupError, _ repeats: inout Repeats
    ) async throws -> AcceptedTopup {
        var refusal = refusal
        do {
            let lookup = OrderLookup.reference(request.reference).call()
            let topup = try await get(lookup, for: TopupWire.self, &repeats).content.topup
            if topup.isOrder(of: request) {
                return AcceptedTopup(id: topup.id, reference: request.reference, fullReference: nil, wasKnown: true)
            }
            refusal.outcome = .nothingStarted
        } catch is TopupError {
            // Not found is no proof: an earlier try may still be on its way, and be taken on after this look.
            refusal.outcome = .unknown
        }
        throw refusal
    }

    /// How long a request whose answer was lost is given to be done with.
    private static let settling = Duration.seconds(1)
}

extension Topup {
    /// Whether it recharges what a request asks for.
    func isOrder(of request: SendRequest) -> Bool {
        type == request.type && number == request.number && amount == request.value
    }
}
