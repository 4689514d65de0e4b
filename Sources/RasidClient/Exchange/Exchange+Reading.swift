import Foundation

extension Exchange {
    /// Sends once and reads the answer.
    ///
    /// - Throws: ``TopupError`` for what is no success or cannot be read, `CancellationError`.
    func ask<Content: Decodable>(
        _ call: Call, for content: Content.Type, within limit: Duration
    ) async throws -> Envelope<Content> {
        let answer = try await perform(call, within: limit)
        guard (200..<300).contains(answer.status) else { throw TopupError(answer, to: call, hiding: key) }
        guard answer.isWellFormed else { throw unreadable(answer, call) }
        do {
            return try JSONDecoder().decode(Envelope<Content>.self, from: answer.body)
        } catch {
            throw unreadable(answer, call)
        }
    }

    /// A failure that came with the status of a success keeps its own words.
    private func unreadable(_ answer: Answer, _ call: Call) -> TopupError {
        if answer.isWellFormed, (try? JSONDecoder().decode(FailureWire.self, from: answer.body)) != nil {
            return TopupError(answer, to: call, hiding: key)
        }
        var error = TopupError(
            .unreadableAnswer, "the answer was HTTP \(answer.status), and not what the contract says",
            outcome: call.outcomeInDoubt, reference: call.reference)
        error.status = answer.status
        error.requestID = answer.requestID
        return error
    }
}
