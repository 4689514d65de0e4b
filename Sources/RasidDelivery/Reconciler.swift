import Logging
import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
public import ServiceLifecycle

/// Once a second: beats for this node, doubts what gone nodes had sent and what nobody answers for, ends what is
/// 48 hours old, and looks for commits of other processes.
public struct Reconciler: Service {
    private let delivery: Delivery

    public init(_ delivery: Delivery) {
        self.delivery = delivery
    }

    public func run() async throws {
        // The pause that a shutdown cuts short is the end of the rounds, not a failure of the server.
        try? await cancelWhenGracefulShutdown {
            var clock = await watchClock()
            while !Task.isCancelled {
                await round(&clock)
                try await delivery.time.sleep(for: Delivery.poll)
            }
        }
    }

    /// What an earlier process had sent is in doubt at once where this one is alone, as whoever holds a folder is; where
    /// several serve, once that process has not been heard of for a while (design §4).
    ///
    /// Called before anything is served.
    public func takeOver(isAlone: Bool) async throws {
        if isAlone {
            try await doubtGone(unless: [delivery.node])
        } else {
            try? await compareClocks()
        }
        // Before the first request: ping would call every operator down until the first round.
        try await lookAtRoutes()
        // And before the first answer of an operator, whose settling time is judged by this clock.
        _ = await watchClock()
    }

    /// - Returns: a watch that knows what the last heartbeats tell of the clock.
    package func watchClock() async -> ClockWatch {
        let (node, beat) = (delivery.node, beat())
        var last: Nodes.Beat?
        do {
            last = try await delivery.database.read { try Nodes.last(before: node, in: $0) }
        } catch {
            // A store that does not tell is taken for one that nobody has watched for long.
            last = Nodes.Beat(at: Timestamp(milliseconds: 0), monotonic: 0, boot: "unknown")
        }
        let clock = ClockWatch(after: last, beat)
        let steadyAt = clock.steadyAt(beat.at, monotonic: beat.monotonic)
        delivery.monitor.clock(isSteady: steadyAt == nil)
        if let steadyAt {
            delivery.logger.notice(
                "nobody has watched the clock for a while: nothing is settled by age yet",
                metadata: ["until": "\(steadyAt)"])
        }
        return clock
    }

    /// Every step has its own try: one that fails keeps none of the others from running.
    package func round(_ clock: inout ClockWatch) async {
        let now = delivery.time.now
        let mayJudgeByAge = isSteady(&clock, now)
        let steadyAt = clock.steadyAt(now, monotonic: delivery.time.monotonic)
        var troubles: [Trouble] = []
        await step(.clock, &troubles) { try await compareClocks() }
        await step(.beat, &troubles) { try await write(beat(steadyAt: steadyAt)) }
        await step(.routes, &troubles) { try await lookAtRoutes() }
        // By a clock that is not the others' nobody is called gone or too old.
        let isRight = delivery.monitor.isClockRight
        if isRight { await step(.goneNodes, &troubles) { try await doubtGone(at: now) } }
        if isRight, mayJudgeByAge {
            await step(.overdue, &troubles) { try await doubtOverdue(at: now) }
            await step(.endOfLife, &troubles) { try await endLives(at: now) }
        }
        await step(.otherProcesses, &troubles) {
            if try await delivery.database.hasOutsideCommits() { delivery.signals.outsideCommit() }
        }
        if troubles.isEmpty, !delivery.monitor.troubles.isEmpty {
            delivery.logger.notice("reconciliation works again")
        }
        delivery.monitor.roundEnded(troubles)
    }

    private func step(_ step: Trouble, _ troubles: inout [Trouble], _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            guard !Task.isCancelled else { return }
            troubles.append(step)
            // Told once, not every second of an hour without a store.
            guard !delivery.monitor.troubles.contains(step) else { return }
            delivery.logger.error(
                "a round of reconciliation failed", metadata: ["step": "\(step.rawValue)", "cause": "\(error)"])
        }
    }

    private func isSteady(_ clock: inout ClockWatch, _ now: Timestamp) -> Bool {
        let look = clock.look(now, monotonic: delivery.time.monotonic)
        delivery.monitor.clock(isSteady: look == .steady)
        if case .jumped(let milliseconds) = look {
            delivery.logger.warning(
                "the clock jumped: nothing is settled by age for 15 minutes",
                metadata: ["milliseconds": "\(milliseconds)"])
        }
        return look == .steady
    }

    /// - Throws: ``ClockIsOff`` for a difference that cannot be the time that the question took.
    private func compareClocks() async throws {
        let before = delivery.time.now
        let theirs: Timestamp
        do {
            theirs = try await delivery.database.clock() ?? before
        } catch {
            // A store that does not answer says nothing of the clock.
            return
        }
        let after = delivery.time.now
        let off = max(before.since(theirs), theirs.since(after))
        delivery.monitor.clock(isRight: off <= Limits.clockDrift)
        if off > Limits.clockDrift { throw ClockIsOff(by: off) }
    }

    private func beat(steadyAt: Timestamp? = nil) -> Nodes.Beat {
        let time = delivery.time
        return Nodes.Beat(at: time.now, monotonic: time.monotonic, boot: time.boot, steadyAt: steadyAt)
    }

    private func write(_ beat: Nodes.Beat) async throws {
        let node = delivery.node
        let isRight = delivery.monitor.isClockRight
        try await delivery.database.write { try Nodes.beat(node, beat, forgetsGone: isRight, in: $0) }
        delivery.monitor.beat(at: delivery.time.monotonic)
    }

    private func lookAtRoutes() async throws {
        let monitor = delivery.monitor
        let routes = try await delivery.database.read { transaction in
            try Dictionary(
                uniqueKeysWithValues: ServiceType.allCases.map {
                    ($0, try Routes.operators(for: $0, in: .production, transaction))
                })
        }
        monitor.see(routes: routes)
    }

    private func doubtGone(at now: Timestamp) async throws {
        let alive = try await delivery.database.read { try Nodes.alive(at: now, in: $0) }
        // This node knows that it lives, however late its heartbeat was written.
        try await doubtGone(unless: alive.union([delivery.node]))
    }

    private func doubtGone(unless alive: Set<NodeID>) async throws {
        try await doubt(because: "the node that was calling the operator is gone") {
            try Reconciliation.lost($0, limit: Delivery.step, in: $1, unless: alive)
        }
        try await askAgain(unless: alive)
    }

    /// A question that a gone node was asking is asked anew, not when its deadline is over.
    private func askAgain(unless alive: Set<NodeID>) async throws {
        let now = delivery.time.now
        try await eachOperator {
            try Reconciliation.asked($0, limit: Delivery.step, at: now, in: $1, unless: alive)
        } move: { operatorID, attempts in
            try await delivery.database.write { try Reconciliation.askAgain(attempts, at: now, in: $0) }
            delivery.signals.placed(for: operatorID)
        }
    }

    private func doubtOverdue(at now: Timestamp) async throws {
        try await doubt(because: "no answer was recorded a minute after the deadline") {
            try Reconciliation.overdue($0, limit: Delivery.step, at: now, in: $1)
        }
    }

    private func doubt(
        because note: String,
        _ look: @escaping @Sendable (OperatorID, Transaction) throws -> [Reconciliation.SentAttempt]
    ) async throws {
        try await eachOperator(look) { operatorID, attempts in
            let provisions = delivery.provisions(0)
            try await delivery.database.write { try Reconciliation.doubt(attempts, because: note, provisions, in: $0) }
            delivery.logger.warning(
                "sent orders are in doubt", metadata: ["orders": "\(attempts.count)", "cause": "\(note)"])
            delivery.signals.placed(for: operatorID)
        }
    }

    /// - Parameter now: the very time that was found steady.
    private func endLives(at now: Timestamp) async throws {
        try await eachOperator {
            try Reconciliation.ended($0, limit: Delivery.step, at: now, in: $1)
        } move: { _, orders in
            _ = try await delivery.move(orders, at: now) { try Reconciliation.endLives($0, $1, in: $2) }
        }
    }

    /// Looks at every operator's orders in one snapshot and moves what was found, until there is no more.
    ///
    /// What is damaged of one operator keeps none of the others from being looked at.
    private func eachOperator<Found: Sendable>(
        _ look: @escaping @Sendable (OperatorID, Transaction) throws -> [Found],
        move: (OperatorID, [Found]) async throws -> Void
    ) async throws {
        var damage: (any Error)?
        var mayBeMore = true
        while mayBeMore, damage == nil {
            let looks = try await delivery.database.read { transaction in
                try Routes.operators(in: transaction).map { supplier in
                    (supplier.id, try Damaged.caught { try look(supplier.id, transaction) })
                }
            }
            mayBeMore = false
            for (operatorID, found) in looks {
                do {
                    let found = try found.get()
                    guard !found.isEmpty else { continue }
                    try await move(operatorID, found)
                    if found.count == Delivery.step { mayBeMore = true }
                } catch StoreFailure.broken(let cause) {
                    damage = damage ?? StoreFailure.broken(cause)
                }
            }
        }
        if let damage { throw damage }
    }
}

/// This machine's clock is not that of the database, which all nodes go by.
private struct ClockIsOff: Error, CustomStringConvertible {
    let by: Duration

    var description: String {
        "this machine's clock is \(by.milliseconds) ms off the database's: nothing is claimed until it is set right"
    }
}

/// A look at rows of which one cannot be read is an answer, not the end of the snapshot.
private enum Damaged {
    static func caught<Found>(_ look: () throws -> Found) throws -> Result<Found, StoreFailure> {
        do {
            return .success(try look())
        } catch StoreFailure.broken(let cause) {
            return .failure(.broken(cause))
        }
    }
}
