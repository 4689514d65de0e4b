import Logging
package import RasidBase
import RasidDatabase
package import RasidOperators
package import RasidOrders
import RasidStock

/// One call to an operator and the recording of what it said.
package struct Attempt {
    enum Purpose {
        case recharge, ask
    }

    let delivery: Delivery
    let remote: any Operator
    /// The operator's, for the log.
    let name: String
    /// How many calls to the operator are under way, this one among them.
    let callsUnderWay: @Sendable () -> Int
    /// Whether the operator takes orders, and so what it has never seen.
    let mayRepeat: @Sendable () -> Bool

    package init(
        delivery: Delivery, remote: any Operator, name: String = "",
        callsUnderWay: @escaping @Sendable () -> Int = { 1 }, mayRepeat: @escaping @Sendable () -> Bool = { true }
    ) {
        self.delivery = delivery
        self.remote = remote
        self.name = name
        self.callsUnderWay = callsUnderWay
        self.mayRepeat = mayRepeat
    }

    /// Calls, records, and calls again where the operator has never seen the order.
    func run(_ assignment: Assignment, _ purpose: Purpose) async {
        var assignment = assignment
        var purpose = purpose
        while true {
            let (begun, askedAt) = (delivery.time.monotonic, delivery.time.now)
            let answer = await call(assignment, purpose)
            note(answer, to: assignment, purpose, took: .milliseconds(delivery.time.monotonic - begun))
            guard let again = await record(answer, to: assignment, askedAt: askedAt) else { return }
            assignment = again
            purpose = .recharge
        }
    }

    /// The call is cancelled, and its connection closed with it, at the operator's deadline.
    func call(_ assignment: Assignment, _ purpose: Purpose) async -> OperatorAnswer {
        let job = Job(
            order: assignment.order, number: assignment.number, value: assignment.value,
            placedAt: assignment.placedAt)
        let deadline = remote.capabilities.deadline
        let (answer, isLate) = await Bounded.call(within: deadline, delivery.time) {
            switch purpose {
            case .recharge: await remote.recharge(job)
            case .ask: await remote.ask(job)
            }
        }
        // A word that came all the same while the call was being given up counts; silence has its own words.
        if let answer, !isLate || answer.outcome != .unknown { return answer }
        return OperatorAnswer(.unknown, words: "no answer within \(DurationText.print(deadline))")
    }

    /// What the answer tells of the operator itself.
    private func note(_ answer: OperatorAnswer, to assignment: Assignment, _ purpose: Purpose, took: Duration) {
        let (operatorID, now) = (assignment.operatorID, delivery.time.now)
        let isOrder = purpose == .recharge
        if isOrder { delivery.monitor.figures.count(answer, from: operatorID, took: took, at: now) }
        guard remote.capabilities.hasBreaker else { return }
        let change = delivery.monitor.gates.heard(
            answer, from: operatorID, wasOrder: isOrder, underWay: callsUnderWay() - 1, at: delivery.time.monotonic,
            now: now)
        guard let change else { return }
        delivery.tell(change, of: name)
        // Whoever waits for the gate looks again.
        delivery.signals.placed(for: operatorID)
    }

    /// Keeps trying while the store refuses: an answer that is not recorded is a lost answer.
    ///
    /// - Returns: the attempt to make at once, if any.
    private func record(
        _ answer: OperatorAnswer, to assignment: Assignment, askedAt: Timestamp
    ) async -> Assignment? {
        for _ in 0..<Limits.recordedAttemptTries {
            do {
                let outcome = try await recordOnce(answer, to: assignment, askedAt: askedAt)
                if outcome.didChange { delivery.signals.changed([outcome.order]) }
                if let next = outcome.passedTo { delivery.signals.placed(for: next) }
                return outcome.again
            } catch {
                delivery.logger.error(
                    "an operator's answer could not be recorded",
                    metadata: ["order": "\(assignment.order)", "cause": "\(error)"])
                do {
                    try await delivery.time.sleep(for: Delivery.poll)
                } catch {
                    // The node is stopping: the next one will ask.
                    return nil
                }
            }
        }
        // The order stays sent: its deadline is over, so it is doubted and asked about.
        return nil
    }

    /// Records in one transaction what was said.
    ///
    /// - Parameter isUnasked: it came by itself, not as the answer to a call. Words overtake each other: a "later" that
    ///   nobody asked for may be older than a recharge, and sends nothing again; the operator is asked.
    package func recordOnce(
        _ answer: OperatorAnswer, to assignment: Assignment, isUnasked: Bool = false, askedAt: Timestamp? = nil
    ) async throws -> Answers.Outcome {
        let capabilities = remote.capabilities
        var word = try await word(for: answer, assignment)
        if isUnasked, case .later = word { word = .silence }
        let recorded = Answers.Answer(
            to: assignment, word, askAfter: capabilities.firstAsk,
            deadline: capabilities.deadline, saying: answer.words, askedAt: askedAt)
        let provisions = delivery.provisions(1)
        return try await delivery.database.write { try Answers.record(recorded, provisions, in: $0) }
    }

    /// Seals the code before anything else is done with it.
    private func word(for answer: OperatorAnswer, _ assignment: Assignment) async throws -> OperatorWord {
        switch answer.outcome {
        case .fulfilled(let receipt) where !receipt.isPlausible:
            return .silence
        case .fulfilled(let receipt):
            let card = try await delivery.sealer.seal(
                receipt.code,
                OperatorSealer.Arrival(
                    operatorID: assignment.operatorID, environment: assignment.environment,
                    product: assignment.product),
                at: delivery.time.now)
            return .yes(Receipt(transactionNumber: receipt.transactionNumber, card: card))
        case .refused(let reason):
            return .no(reason)
        case .later(let after):
            return .later(after, isUnable: answer.trouble != nil)
        case .pending(let isQueued):
            return .pending(isQueued: isQueued)
        case .unknown:
            return .silence
        case .neverSeen:
            let capabilities = remote.capabilities
            // After a clock jump nothing is judged by age, a settling time neither.
            return .neverSeen(
                mayRepeat: capabilities.isSafeToRepeat && delivery.monitor.isClockSteady && mayRepeat(),
                settlingTime: capabilities.settlingTime)
        }
    }
}
