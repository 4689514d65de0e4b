/// Asks again and again until there is an answer, at most `patience`.
///
/// - Throws: ``NeverHappened`` once patience is over.
func eventually<Answer>(
    _ what: String, within patience: Duration = .seconds(30), _ look: () async throws -> Answer?
) async throws -> Answer {
    let clock = ContinuousClock()
    let deadline = clock.now + patience
    while true {
        if let answer = try await look() { return answer }
        guard clock.now < deadline else { throw NeverHappened(what: what, patience: patience) }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// The same for something that is true or not.
func eventually(
    _ what: String, within patience: Duration = .seconds(30), _ isTrue: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: patience) { try await isTrue() ? true : nil }
}

struct NeverHappened: Error {
    let what: String
    let patience: Duration
}
