import RasidBase
import RasidClient

extension Upstream {
    public func recharge(_ job: Job) async -> OperatorAnswer {
        let end = time.monotonic + settings.deadline.milliseconds
        let request = SendRequest(
            type: job.number.type, number: job.number.text, value: job.value, reference: job.order.description)
        do {
            let accepted = try await client.sendOnce(request)
            return await outcome(of: accepted, job, by: end)
        } catch let error as TopupError where error.code == .duplicatedReference {
            return await lookedUp(job)
        } catch let error as TopupError {
            return UpstreamReading.refusal(error)
        } catch {
            return OperatorAnswer(.unknown, words: "the call was given up before the answer")
        }
    }

    public func ask(_ job: Job) async -> OperatorAnswer {
        do {
            return UpstreamReading.answer(try await look(job), to: job)
        } catch let error as TopupError {
            return UpstreamReading.fault(error)
        } catch {
            return OperatorAnswer(.unknown, words: "the question was given up before the answer")
        }
    }

    /// Waits for what becomes of an order that the server has taken, until a little before `end`.
    private func outcome(of accepted: AcceptedTopup, _ job: Job, by end: Int64) async -> OperatorAnswer {
        let kept = min(Self.keptForTheAnswer, settings.deadline / 10)
        let limit = Duration.milliseconds(end - time.monotonic) - kept
        do {
            let topup = try await client.waitUntilFinalOrQueued(id: accepted.id, upTo: limit)
            guard topup.id == accepted.id else {
                return OperatorAnswer(.unknown, words: "asked about one order, it answered about another")
            }
            return UpstreamReading.answer(topup, to: job)
        } catch let error as TopupError where error.code == .deadlineExceeded {
            if let topup = error.lastSeen { return UpstreamReading.answer(topup, to: job) }
            return OperatorAnswer(
                .pending(isQueued: false), words: "accepted as \(Self.name(accepted)), and not seen since")
        } catch let error as TopupError where error.code == .notFound {
            // It has just accepted it: not seeing it is no proof of anything.
            return OperatorAnswer(.unknown, words: "accepted as \(Self.name(accepted)), and not found since")
        } catch let error as TopupError {
            return UpstreamReading.fault(error)
        } catch {
            return OperatorAnswer(.unknown, words: "accepted as \(Self.name(accepted)), and given up since")
        }
    }

    /// The order of a reference that the server says it knows.
    private func lookedUp(_ job: Job) async -> OperatorAnswer {
        let answer = await ask(job)
        guard answer.outcome == .neverSeen else { return answer }
        return OperatorAnswer(.unknown, words: "it knows the reference, and does not find its order")
    }

    private func look(_ job: Job) async throws -> Topup {
        let reference = job.order.description
        do {
            return try await client.topup(reference: reference, waitSeconds: settings.heldQuestionSeconds)
        } catch let error as TopupError where error.code == .invalid {
            // A server that is strict about what it does not know is asked without the wait.
            return try await client.topup(reference: reference)
        }
    }

    /// Text of another's making.
    private static func name(_ accepted: AcceptedTopup) -> String { Masked.words(String(accepted.id.prefix(40))) }

    private static let keptForTheAnswer = Duration.seconds(2)
}
