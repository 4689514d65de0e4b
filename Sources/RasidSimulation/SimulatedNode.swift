import Logging
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidDelivery
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
    /// It answers requests.
    var isOpen = false
    /// Its rounds stand still until then, its calls go on.
    var frozenSince: Int64 = 0
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
        reconciler = Reconciler(delivery)
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
        let alive = nodes.filter { $0.isAlive && $0.isOpen }
        return alive.isEmpty ? nil : dice.pick(alive)
    }

    @discardableResult
    func startNode() throws -> SimulatedNode {
        let now = time.now
        let identity = try store.commit { try Nodes.register(at: now, in: $0) }
        let node = SimulatedNode(nodes.count, identity, in: self)
        nodes.append(node)
        tell("node \(node.index) starts", "start", node.index)
        plan(in: 0) { [self] in try await open(node) }
        return node
    }

    /// Before it serves, a process that has the folder for itself doubts what the one before it had sent.
    private func open(_ node: SimulatedNode) async throws {
        if isAlone {
            do {
                if node.index > 0 { faults.count(.takesOver) }
                try await node.reconciler.takeOver(isAlone: true)
            } catch is StoreFailure {
                return kill(node.index)
            }
        }
        node.isOpen = true
        planTick(node, in: 1)
        planAudit(node)
    }

    /// Ends a process between two of its steps; another one starts in its place.
    func kill(_ index: Int) {
        guard nodes[index].isAlive else { return }
        nodes[index].isAlive = false
        tell("node \(index) dies", "die", index)
        let pause = dice.milliseconds(500...20_000)
        plan(in: max(pause, isOffUntil - time.monotonic + pause % 1000)) { [self] in try restartNode() }
    }

    /// Later, if the machine was switched off meanwhile.
    private func restartNode() throws {
        guard time.monotonic < isOffUntil else {
            try startNode()
            return
        }
        plan(in: isOffUntil - time.monotonic) { [self] in try restartNode() }
    }

    func planTick(_ node: SimulatedNode, in delay: Int64) {
        plan(in: delay) { [self] in
            guard node.isAlive else { return }
            if time.monotonic >= node.frozenUntil { try await round(node) }
            guard node.isAlive, !isOver else { return }
            planTick(node, in: pause(of: node))
        }
    }

    /// Two seconds while the shop sells, which the rounds of several nodes share; up to a quarter of an hour later.
    ///
    /// Once everything is sold one node keeps watch, and the others look in now and then.
    private func pause(of node: SimulatedNode) -> Int64 {
        if placing { return 2 * Delivery.poll.milliseconds }
        if let watch = nodes.first(where: \.isAlive), watch !== node { return 900_000 }
        if callsInFlight > 0 { return 10_000 }
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
        try checkAges()
    }
}
