public import RasidBase

/// The sandbox's operator: makes cards up, and fails on purpose for the contract's numbers (§6).
///
/// What it says is a pure function of the job, its placement time and now, so that a question asked after a
/// restart, or by another node, is answered as if nothing had happened.
public struct Simulator: Operator {
    /// The sandbox delay, in which every time of contract §6 is counted.
    public let delay: Duration
    private let time: any TimeSource

    public init(delay: Duration, time: any TimeSource) {
        self.delay = delay
        self.time = time
    }

    public var capabilities: OperatorCapabilities {
        OperatorCapabilities(
            checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero,
            deadline: max(Limits.attemptDeadline, delay * 20), firstAsk: delay, concurrency: 4096,
            // Its answers are lost on purpose.
            hasBreaker: false)
    }

    public func check(_ number: ServiceNumber) async -> SubscriberWord {
        guard SandboxNumber(number) != .notASubscriber else { return .notASubscriber }
        let digits = number.text.utf8.reduce(0) { ($0 * 31 + Int($1)) % 90_000_000 } + 10_000_000
        switch number.type {
        case .adsl: return .subscriber(clientNumber: "11\(digits)", offer: "FTTc-b_10M'")
        case .fourG: return .subscriber(clientNumber: "11\(digits)", offer: nil)
        }
    }

    public func recharge(_ job: Job) async -> OperatorAnswer {
        do {
            try await time.sleep(for: max(.zero, answersAt(job).since(time.now)))
        } catch {
            return OperatorAnswer(.unknown, words: "the call was given up before the simulated answer")
        }
        return Self.isLost(job) ? OperatorAnswer(.unknown, words: "the simulated answer was lost") : verdict(job)
    }

    public func ask(_ job: Job) async -> OperatorAnswer {
        guard time.now >= answersAt(job) else {
            return OperatorAnswer(.unknown, words: "simulated: still being worked on")
        }
        return verdict(job)
    }

    private func answersAt(_ job: Job) -> Timestamp {
        job.placedAt.adding(SandboxNumber(job.number) == .slow ? delay * 15 : delay)
    }

    private static func isLost(_ job: Job) -> Bool {
        switch SandboxNumber(job.number) {
        case .lostThenFulfilled, .lostThenRefunded: true
        default: false
        }
    }

    private func verdict(_ job: Job) -> OperatorAnswer {
        let readyIn = job.placedAt.adding(delay * 10).since(time.now)
        switch SandboxNumber(job.number) {
        case .rejected:
            return OperatorAnswer(.refused(.numberRejected), words: "simulated: number rejected")
        case .queuedThenFulfilled where readyIn > .zero, .queuedThenRefunded where readyIn > .zero:
            return OperatorAnswer(.later(after: readyIn), words: "simulated: later")
        case .queuedThenRefunded, .lostThenRefunded:
            return OperatorAnswer(.refused(.operatorRejected), words: "simulated: refused")
        default:
            return OperatorAnswer(.fulfilled(SimulatedCard.receipt(for: job.order)), words: "simulated: fulfilled")
        }
    }
}
