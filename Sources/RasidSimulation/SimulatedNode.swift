import Logging
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidDelivery
import RasidOperators
import RasidOrders
import RasidStock

/// One server process: the real rooms over its own view of the store.
final class SimulatedNode {
    let index: Int
    let identity: NodeID
    let delivery: Delivery
    let reconciler: Reconciler
    let voucher: VoucherLoop
    let audit: AuditRounds
    let orders: Orders
    let reveals: Reveals
    let doorkeeper: Doorkeeper
    var clock: ClockWatch?
    var isAlive = true
    /// Its rounds stand still until then, its calls go on.
    var frozenUntil: Int64 = 0
    /// One round, one search for work an operator at a time, as in a process.
    var isInRound = false
    var isClaiming: Set<OperatorID> = []
    var calls: [OperatorID: Int] = [:]

    init(_ index: Int, _ identity: NodeID, in simulation: Simulation) {
        self.index = index
        self.identity = identity
        let store = SimulatedStore(simulation, node: index)
        let signals = OrderSignals()
        var logger = Logger(label: "rasid.simulation") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        delivery = Delivery(
            database: store, signals: signals,
            sealer: OperatorSealer(database: store, vault: simulation.vault, identifiers: simulation.identifiers),
            monitor: OperatorMonitor(), time: simulation.time, identifiers: simulation.identifiers, node: identity,
            logger: logger)
        reconciler = Reconciler(delivery, operators: simulation.operators.map(\.id) + [.voucher])
        voucher = VoucherLoop(delivery, operatorID: .voucher)
        audit = AuditRounds(delivery)
        orders = Orders(
            database: store, signals: signals, time: simulation.time, identifiers: simulation.identifiers)
        reveals = Reveals(database: store, vault: simulation.vault, time: simulation.time)
        doorkeeper = Doorkeeper(database: store, time: simulation.time)
    }
}

// MARK: What a node does

extension Simulation {
    /// A node that works, or nil while all are gone.
    func someNode() -> SimulatedNode? {
        let alive = nodes.filter(\.isAlive)
        return alive.isEmpty ? nil : dice.pick(alive)
    }

    func startNode() throws {
        let now = time.now
        let identity = try store.commit { try Nodes.register(at: now, in: $0) }
        let node = SimulatedNode(nodes.count, identity, in: self)
        nodes.append(node)
        tell("node \(node.index) starts", "start", node.index)
        planTick(node, in: 1)
        planAudit(node)
    }

    private static let selectFinding = Statement("SELECT subject, sentence FROM audit_findings")

    /// A server's own audit, beside everything else.
    private func planAudit(_ node: SimulatedNode) {
        plan(in: dice.milliseconds(placing ? 60_000...900_000 : 3_600_000...21_600_000)) { [self] in
            guard node.isAlive, !isOver else { return }
            await node.audit.round()
            let finding = try store.look { transaction in
                try transaction.first(Self.selectFinding) { "\($0.text(0)): \($0.text(1))" }
            }
            if let finding { throw Violation("a server's audit: \(finding)") }
            planAudit(node)
        }
    }

    /// Ends a process between two of its steps; another one starts in its place.
    func kill(_ index: Int) {
        guard nodes[index].isAlive else { return }
        nodes[index].isAlive = false
        tell("node \(index) dies", "die", index)
        plan(in: dice.milliseconds(500...20_000)) { [self] in try startNode() }
    }

    func planTick(_ node: SimulatedNode, in delay: Int64) {
        plan(in: delay) { [self] in
            guard node.isAlive else { return }
            if time.monotonic >= node.frozenUntil { try await round(node) }
            guard node.isAlive, !isOver else { return }
            planTick(node, in: pause(of: node))
        }
    }

    /// A second while there is something to do soon; up to a quarter of an hour while there is not.
    ///
    /// Once everything is sold one node keeps watch, and the others look in now and then.
    private func pause(of node: SimulatedNode) -> Int64 {
        if placing { return Delivery.poll.milliseconds }
        if let watch = nodes.first(where: \.isAlive), watch !== node { return 900_000 }
        if callsInFlight > 0 { return 3000 }
        let next =
            (try? store.look { transaction in
                try (operators.map(\.id) + [.voucher]).compactMap {
                    try Reconciliation.nextDue($0, [.accepted, .unknown, .queued, .sent], in: transaction)
                }.min()
            }) ?? nil
        guard let next else { return 1000 }
        return min(max(1000, next.since(time.now).milliseconds), 900_000)
    }

    private func round(_ node: SimulatedNode) async throws {
        guard !node.isInRound else { return }
        node.isInRound = true
        defer { node.isInRound = false }
        var clock: ClockWatch
        if let watching = node.clock { clock = watching } else { clock = await node.reconciler.watchClock() }
        await node.reconciler.round(&clock)
        node.clock = clock
        while node.isAlive, await node.voucher.deliver() == Delivery.step {}
        for remote in operators where node.isAlive { await lookForWork(node, remote) }
        try touchOpenOrders()
    }

    /// Claims as many orders as there are free slots, as ``RemoteLoop`` does, and plans the calls.
    func lookForWork(_ node: SimulatedNode, _ remote: SimulatedOperator) async {
        guard node.isAlive, node.isClaiming.insert(remote.id).inserted else { return }
        defer { node.isClaiming.remove(remote.id) }
        for isQuestion in [true, false] {
            let free = remote.capabilities.concurrency - node.calls[remote.id, default: 0]
            guard free > 0 else { return }
            let claim = Claims.Claim(
                operatorID: remote.id, node: node.identity, slots: free, deadline: remote.capabilities.deadline)
            let provisions = node.delivery.provisions(0)
            guard
                let taken = try? await node.delivery.database.write({ transaction in
                    try isQuestion
                        ? Claims.takeQuestions(claim, provisions, in: transaction)
                        : Claims.take(claim, provisions, in: transaction)
                })
            else { continue }
            for assignment in taken { start(assignment, isQuestion: isQuestion, node, remote) }
        }
    }

    private func start(
        _ assignment: Assignment, isQuestion: Bool, _ node: SimulatedNode, _ remote: SimulatedOperator
    ) {
        touch(assignment.order)
        if !isQuestion { model.wasClaimed(assignment.order) }
        node.calls[remote.id, default: 0] += 1
        callsInFlight += 1
        if holders[assignment.order, default: []].contains(where: { $0 != node.index }) {
            faults.count(.twoNodesHold)
        }
        holders[assignment.order, default: []].append(node.index)
        if dice.falls(faultRate.dying) {
            faults.count(.diesBeforeCall)
            kill(node.index)
        }
        plan(in: dice.milliseconds(0...5)) { [self] in
            guard node.isAlive else { return end(assignment, node, remote) }
            call(assignment, isQuestion: isQuestion, node, remote)
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
    ) {
        let job = Job(
            order: assignment.order, number: assignment.number, value: assignment.value,
            placedAt: assignment.placedAt)
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
            call(again, isQuestion: false, node, remote)
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
        let before = model.end(of: assignment.order)
        let attempt = Attempt(delivery: node.delivery, remote: Wire(capabilities: remote.capabilities))
        defer { touch(assignment.order) }
        let outcome = try await attempt.recordOnce(answer, to: assignment, isUnasked: isUnasked)
        tell(
            "node \(node.index) records of \(model.name(of: assignment.order)): \(answer.words), now \(outcome.status.rawValue)",
            "record", node.index)
        try model.heard(answer, for: assignment.order, whenItWas: before, store)
        if case .fulfilled(let receipt) = answer.outcome, outcome.status == .fulfilled {
            remote.wasDelivered(receipt.code)
        }
        return outcome.again
    }
}

/// Stands for the operator where the shop asks only what it can do: the calls are the simulation's own.
private struct Wire: Operator {
    let capabilities: OperatorCapabilities

    func check(_ number: ServiceNumber) async -> SubscriberWord { .cannotTell }
    func recharge(_ job: Job) async -> OperatorAnswer { OperatorAnswer(.unknown, words: "not called") }
    func ask(_ job: Job) async -> OperatorAnswer { OperatorAnswer(.unknown, words: "not called") }
}
