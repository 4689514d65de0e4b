import RasidBase

extension TopupClient {
    /// A GET, repeated after a connection's fault, a 5xx and a 429.
    ///
    /// - Parameter wait: how long the server was asked to hold its answer.
    func get<Content: Decodable>(
        _ call: Call, for content: Content.Type, holding wait: Duration = .zero
    ) async throws -> Envelope<Content> {
        var repeats = Repeats(configuration, time: time, atLeast: wait)
        return try await get(call, for: content, holding: wait, &repeats)
    }

    func get<Content: Decodable>(
        _ call: Call, for content: Content.Type, holding wait: Duration = .zero, _ repeats: inout Repeats
    ) async throws -> Envelope<Content> {
        while true {
            do {
                return try await exchange.ask(call, for: content, within: repeats.limit(holding: wait))
            } catch let error as TopupError where error.isTransient {
                try await repeats.pause(after: error)
            }
        }
    }
}
