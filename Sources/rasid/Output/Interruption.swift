import Synchronization
import UnixSignals

/// Whether Ctrl-C or SIGTERM has asked long work to stop: it looks now and then, and ends by itself.
final class Interruption: Sendable {
    private let asked = Atomic(false)

    var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Catches both signals for as long as `body` runs.
    static func caught<Answer: Sendable>(by body: (Interruption) async throws -> Answer) async throws -> Answer {
        let interruption = Interruption()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals { interruption.asked.store(true, ordering: .relaxed) }
            }
            defer { group.cancelAll() }
            return try await body(interruption)
        }
    }
}
