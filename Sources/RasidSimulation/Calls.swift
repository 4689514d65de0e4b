import RasidBase
import RasidDatabase
import RasidDelivery
import RasidOperators
import RasidOrders

/// How nodes call operators and record what they said, as `RemoteLoop` and `Attempt` do, each call a plan of its own.
extension Simulation {
    /// Claims as many orders as there are free slots, as ``RemoteLoop`` does, and plans the calls.
    func lookForWork(_ node: SimulatedNode, _ remote: SimulatedOperator) async {
        guard node.isAlive, node.isClaiming.insert(remote.id).inserted else { return }
        defer { node.isClaiming.remove(remote.id) }
        let free = remote.capabilities.concurrency - node.calls[remote.id, default: 0]
        guard free > 0 else { return }
        let claim = Claims.Claim(
            operatorID: remote.id, node: node.identity, slots: free, deadline: remote.capabilities.deadline)
        let provisions = node.delivery.provisions(0)
        guard let work = try? await node.delivery.database.write({ try Claims.takeWork(claim, provisions, in: $0) })
        else { return }
        for assignment in work.questions { start(assignment, isQuestion: true, node, remote) }
        for assignment in work.recharges { start(assignment, isQuestion: false, node, remote) }
    }

    private func start(
        _ assignment: Assignment, isQuestion: Bool, _ node: SimulatedNode, _ remote: SimulatedOperator
    ) {
        touch(assignment.order)
        if !isQuestion { model.wasClaimed(assignment.order) }
        node.calls[remote.id, default: 0] += 1
        callsInFlight += 1
        if holders[assignment.order, default: []].contains(where: { $0 != node.index && nodes[$0].isAlive }) {
            faults.count(.twoNodesHold)
        }
        holders[assignment.order, default: []].append(node.index)
        if dice.falls(faultRate.dying) {
            faults.count(.diesBeforeCall)
            kill(node.index)
        }
        plan(in: dice.milliseconds(0...5)) { [self] in
            guard node.isAlive else { return end(assignment, node, remote) }
            try call(assignment, isQuestion: isQuestion, node, remote)
        }
    }

    private func end(_ assignment: Assignment, _ node: SimulatedNode, _ remote: SimulatedOperator) {
        if let index = holders[assignment.order]?.firstIndex(of: node.index) {
            holders[assignment.order]?.remove(at: index)
        }
        node.calls[remote.id, default: 1] -= 1
        callsInFlight -= 1
    }

    private func call(
        _ assignment: Assignment, isQuestion: Bool, _ node: SimulatedNode, _ remote: SimulatedOperator
    ) throws {
        let job = Job(
            order: assignment.order, number: assignment.number, value: assignment.value,
            placedAt: assignment.placedAt)
        guard model.isWanted(job) else {
            throw Violation("\(remote.name) was told to do what nobody has bought for this line")
        }
        let reaction =
            isQuestion
            ? remote.ask(job, at: time.monotonic, &dice, &faults)
            : remote.recharge(job, at: time.monotonic, &dice, &faults)
        let name = model.name(of: assignment.order)
        tell(
            "node \(node.index) \(isQuestion ? "asks" : "calls") \(remote.name) for \(name), attempt \(assignment.attempt)",
            "call", node.index)
        let deadline = remote.capabilities.deadline.milliseconds
        let reply =
            reaction.reply
            ?? .init(delay: deadline, answer: OperatorAnswer(.unknown, words: "no answer within a minute"))
        plan(in: min(reply.delay, deadline)) { [self] in
            try await hear(reply.answer, to: assignment, node, remote, tries: 0)
        }
        for word in reaction.unasked { hearUnasked(word.answer, to: assignment, remote, in: word.delay) }
    }

    /// A word that comes by itself is told until some node has taken it.
    private func hearUnasked(
        _ answer: OperatorAnswer, to assignment: Assignment, _ remote: SimulatedOperator, in delay: Int64
    ) {
        plan(in: delay) { [self] in
            do {
                guard let node = someNode() else { throw StoreFailure.unavailable("no node is there") }
                try await record(answer, to: assignment, node, remote, isUnasked: true)
            } catch is StoreFailure {
                hearUnasked(answer, to: assignment, remote, in: 10_000)
            }
        }
    }

    private func hear(
        _ answer: OperatorAnswer, to assignment: Assignment, _ node: SimulatedNode, _ remote: SimulatedOperator,
        tries: Int
    ) async throws {
        if dice.falls(faultRate.dying), node.isAlive {
            faults.count(.diesBeforeRecord)
            kill(node.index)
        }
        guard node.isAlive else { return end(assignment, node, remote) }
        do {
            let again = try await record(answer, to: assignment, node, remote)
            guard let again, node.isAlive else { return end(assignment, node, remote) }
            model.wasClaimed(again.order)
            try call(again, isQuestion: false, node, remote)
        } catch is StoreFailure {
            guard node.isAlive, tries < Limits.recordedAttemptTries else { return end(assignment, node, remote) }
            plan(in: Delivery.poll.milliseconds) { [self] in
                try await hear(answer, to: assignment, node, remote, tries: tries + 1)
            }
        }
    }

    @discardableResult
    private func record(
        _ answer: OperatorAnswer, to assignment: Assignment, _ node: SimulatedNode, _ remote: SimulatedOperator,
        isUnasked: Bool = false
    ) async throws -> Assignment? {
        let attempt = Attempt(delivery: node.delivery, remote: Wire(capabilities: remote.capabilities))
        defer { touch(assignment.order) }
        remote.isHeard(answer, of: assignment.order)
        noteLostLease(of: node)
        let outcome: Answers.Outcome
        do {
            outcome = try await attempt.recordOnce(answer, to: assignment, isUnasked: isUnasked)
        } catch {
            model.mayHaveKept(answer)
            throw error
        }
        tell(
            "node \(node.index) records of \(model.name(of: assignment.order)): \(answer.words), now \(outcome.status.rawValue)",
            "record", model.number(of: assignment.order), answer.words + outcome.status.rawValue)
        try checkCases(after: answer, to: assignment, outcome)
        return outcome.again
    }

    /// It works on though the others must take it for dead.
    private func noteLostLease(of node: SimulatedNode) {
        guard node.frozenUntil > time.monotonic,
            time.monotonic - node.frozenSince > Limits.nodeDead.milliseconds,
            nodes.contains(where: { $0.isAlive && $0 !== node })
        else { return }
        faults.count(.leaseRunsOut)
    }

    private func checkCases(
        after answer: OperatorAnswer, to assignment: Assignment, _ outcome: Answers.Outcome
    ) throws {
        // What has not changed now had ended before.
        let end: OrderState? =
            switch outcome.status {
            case .fulfilled where !outcome.didChange: .fulfilled
            case .refunded where !outcome.didChange: .refunded
            default: nil
            }
        var isOfStock = false
        if case .fulfilled(let receipt) = answer.outcome { isOfStock = stockedCodes.contains(receipt.code) }
        let cases = try store.look { try Cases.all(of: assignment.order, in: $0) }
        try model.heard(answer, for: assignment.order, whenItWas: end, isOfStock: isOfStock, cases: cases)
    }
}

/// Stands for the operator where the shop asks only what it can do: the calls are the simulation's own.
private struct Wire: Operator {
    let capabilities: OperatorCapabilities

    func check(_ number: ServiceNumber) async -> SubscriberWord { .cannotTell }
    func recharge(_ job: Job) async -> OperatorAnswer { OperatorAnswer(.unknown, words: "not called") }
    func ask(_ job: Job) async -> OperatorAnswer { OperatorAnswer(.unknown, words: "not called") }
}
