import RasidBase
import Synchronization

/// A closure that waits for its turn in a batch, whatever it answers.
protocol PendingWrite: AnyObject, Sendable {
    /// Runs the closure and keeps what it answered for after the commit.
    ///
    /// - Returns: what the closure threw.
    func attempt(_ transaction: Transaction) -> (any Error)?
    /// Answers with `error`, whatever the closure said.
    func fail(_ error: any Error)
    /// Answers with what the last attempt said.
    func deliver()
}

/// The one implementation, for each type of answer.
final class PendingWriteOf<Answer: Sendable>: PendingWrite {
    private let body: @Sendable (Transaction) throws -> Answer
    private let reply: @Sendable (Result<Answer, any Error>) -> Void
    private let answer = Mutex<Result<Answer, any Error>?>(nil)

    init(
        _ body: @escaping @Sendable (Transaction) throws -> Answer,
        reply: @escaping @Sendable (Result<Answer, any Error>) -> Void
    ) {
        self.body = body
        self.reply = reply
    }

    func attempt(_ transaction: Transaction) -> (any Error)? {
        do {
            let value = try body(transaction)
            answer.withLock { $0 = .success(value) }
            return nil
        } catch {
            answer.withLock { $0 = .failure(error) }
            return error
        }
    }

    func fail(_ error: any Error) {
        reply(.failure(Overtaken.settled(error)))
    }

    func deliver() {
        guard let answer = answer.withLock({ $0 }) else {
            preconditionFailure("a write is answered before it ran")
        }
        reply(answer.mapError(Overtaken.settled))
    }
}

/// A write and since when it waits.
struct WaitingWrite {
    let write: any PendingWrite
    let since: ContinuousClock.Instant

    /// Whether a crowd behind this one takes nobody on: what is taken on late is answered late for ever.
    func isLate(at now: ContinuousClock.Instant) -> Bool { now - since > Limits.oldestWaitingSale }
}
