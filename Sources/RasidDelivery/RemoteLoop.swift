import Logging
import RasidBase
import RasidDatabase
public import RasidOperators
import RasidOrders
public import RasidStock
public import ServiceLifecycle

/// Drives one remote operator: claims as many orders as it has free slots, calls, records, asks; passes orders over while
/// its gate is closed.
public struct RemoteLoop: Service {
    private let delivery: Delivery
    private let fleet: OperatorFleet
    private let operatorID: OperatorID
    private let slots = AttemptSlots()
    private let bell: Bell

    public init(_ delivery: Delivery, _ fleet: OperatorFleet, operatorID: OperatorID) {
        self.delivery = delivery
        self.fleet = fleet
        self.operatorID = operatorID
        bell = delivery.signals.worker(for: operatorID)
    }

    /// A loop for an operator that never changes.
    public init(_ delivery: Delivery, _ remote: any Operator, operatorID: OperatorID) {
        let member = FleetMember(name: "\(operatorID.number)", driver: .remote(remote))
        self.init(delivery, OperatorFleet([operatorID: member]), operatorID: operatorID)
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !Task.isShuttingDownGracefully, !Task.isCancelled {
                    let moved = await look(in: &group)
                    guard moved < Delivery.step else { continue }
                    await bell.wait(upTo: await pause(), delivery.time)
                }
                await finish()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            bell.ring()
        }
    }

    /// - Returns: how many attempts were started, or orders passed over.
    private func look(in group: inout DiscardingTaskGroup) async -> Int {
        guard delivery.monitor.isClockRight, let member = fleet[operatorID] else { return 0 }
        guard let remote = member.remote else {
            return await passOver(because: .unusable, until: delivery.time.monotonic + Limits.pausedLook.milliseconds)
        }
        let admission = delivery.monitor.gates.admission(
            to: operatorID, isPaused: member.isPaused, at: delivery.time.monotonic)
        var moved = 0
        if let closing = admission.closing { moved = await passOver(because: closing, until: admission.until) }
        guard admission.calls > 0 else { return moved }
        do {
            guard let work = try await claim(member, remote, admission) else { return moved }
            if work.isDayFull { dayIsFull(member) }
            let attempt = Attempt(
                delivery: delivery, remote: remote, name: member.name, callsUnderWay: { slots.used },
                mayRepeat: { mayRepeat })
            start(work.questions, .ask, attempt, in: &group)
            start(work.recharges, .recharge, attempt, in: &group)
            return moved + work.count
        } catch {
            delivery.logger.error("work could not be claimed", metadata: ["cause": "\(error)"])
            return moved
        }
    }

    /// Takes free slots, then as many orders; a slot that finds no order is given back.
    private func claim(
        _ member: FleetMember, _ remote: any Operator, _ admission: OperatorGates.Admission
    ) async throws -> Claims.Work? {
        let capabilities = remote.capabilities
        let taken = slots.take(min(Delivery.step, admission.calls), of: capabilities.concurrency)
        guard taken > 0 else {
            if slots.want(of: capabilities.concurrency) { bell.ring() }
            return nil
        }
        let claim = Claims.Claim(
            operatorID: operatorID, node: delivery.node, slots: taken, deadline: capabilities.deadline,
            orders: admission.orders, dailyCap: member.settings?.dailyCap)
        do {
            let work = try await take(claim, delivery.provisions(0))
            if work.count < taken {
                _ = slots.giveBack(taken - work.count)
            } else if admission.calls > 1, slots.want(of: capabilities.concurrency) {
                bell.ring()
            }
            if admission.isTrial, admission.calls == 1 ? work.count == 1 : !work.recharges.isEmpty {
                let until = delivery.time.monotonic + capabilities.deadline.milliseconds * 2
                delivery.monitor.gates.tries(operatorID, until: until)
            }
            return work
        } catch {
            _ = slots.giveBack(taken)
            throw error
        }
    }

    /// A new order that cannot be read must not keep those in doubt from being asked about.
    private func take(_ claim: Claims.Claim, _ provisions: Provisions) async throws -> Claims.Work {
        do {
            return try await delivery.database.write { try Claims.takeWork(claim, provisions, in: $0) }
        } catch StoreFailure.broken(let cause) {
            delivery.logger.error("new work could not be claimed", metadata: ["cause": "\(cause)"])
            let questions = try await delivery.database.write {
                try Claims.takeQuestions(claim, provisions, in: $0)
            }
            return Claims.Work(questions: questions, recharges: [])
        }
    }

    /// Orders go to the next operator of their route, or wait as QUEUED.
    private func passOver(because closing: GateClosing, until moment: Int64) async -> Int {
        let now = delivery.time.now
        let until = now.adding(max(.milliseconds(moment - delivery.time.monotonic), Limits.shortestLater))
        let closed = delivery.monitor.gates.closed(at: delivery.time.monotonic)
            .union(fleet.all.filter { $0.value.isPaused || $0.value.driver.isUnusable }.keys)
        let passing = Claims.Closing(
            operatorID: operatorID, closed: closed.union([operatorID]), until: until,
            note: "not sent, \(closing.word): \(closing.reason)")
        let provisions = delivery.provisions(0)
        do {
            let (moved, passedTo) = try await delivery.database.write {
                try Claims.passOver(passing, limit: Delivery.step, provisions, in: $0)
            }
            delivery.signals.changed(moved)
            for next in passedTo { delivery.signals.placed(for: next) }
            return moved.count
        } catch {
            delivery.logger.error("orders could not be passed over", metadata: ["cause": "\(error)"])
            return 0
        }
    }

    /// What an operator has never seen is sent again only while it takes orders at all.
    private var mayRepeat: Bool {
        guard let member = fleet[operatorID] else { return false }
        let gates = delivery.monitor.gates
        return gates.admission(to: operatorID, isPaused: member.isPaused, at: delivery.time.monotonic).orders > 0
    }

    private func dayIsFull(_ member: FleetMember) {
        // Looked at again before midnight: what is refused meanwhile is given back to the day.
        let until = delivery.time.monotonic + Limits.dayFullPause.milliseconds
        guard delivery.monitor.gates.dayIsFull(operatorID, until: until) else { return }
        delivery.tell(OperatorGates.Change(closing: .dayFull), of: member.name)
        bell.ring()
    }

    private func start(
        _ assignments: [Assignment], _ purpose: Attempt.Purpose, _ attempt: Attempt,
        in group: inout DiscardingTaskGroup
    ) {
        for assignment in assignments {
            group.addTask {
                await attempt.run(assignment, purpose)
                if slots.giveBack() { bell.ring() }
            }
        }
    }

    /// Until the next order is due, at most the poll.
    private func pause() async -> Duration {
        // What is due waits for a slot, which rings.
        guard let remote = fleet[operatorID]?.remote, slots.used < remote.capabilities.concurrency else {
            return Delivery.poll
        }
        let operatorID = operatorID
        let due = try? await delivery.database.read {
            try Reconciliation.nextDue(operatorID, [.accepted, .unknown, .queued], in: $0)
        }
        guard let due = due ?? nil else { return Delivery.poll }
        let wait = due.since(delivery.time.now)
        // What is due now and was not taken waits for a slot, which rings.
        return wait <= .zero ? Delivery.poll : min(wait, Delivery.poll)
    }

    /// Lets what runs come to its end, but not longer than a drain may take.
    private func finish() async {
        let deadline = delivery.time.monotonic + Limits.drain.milliseconds / 2
        while slots.used > 0, delivery.time.monotonic < deadline {
            do { try await delivery.time.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}
