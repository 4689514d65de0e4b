import Logging
import RasidBase
import RasidDatabase
public import RasidOperators
import RasidOrders
public import RasidStock
public import ServiceLifecycle

/// Drives one remote operator: claims as many orders as it has free slots, calls, records, asks.
public struct RemoteLoop: Service {
    private let delivery: Delivery
    private let remote: any Operator
    private let operatorID: OperatorID
    private let slots: AttemptSlots
    private let bell: Bell

    public init(_ delivery: Delivery, _ remote: any Operator, operatorID: OperatorID) {
        self.delivery = delivery
        self.remote = remote
        self.operatorID = operatorID
        slots = AttemptSlots(remote.capabilities.concurrency)
        bell = delivery.signals.worker(for: operatorID)
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !Task.isShuttingDownGracefully, !Task.isCancelled {
                    let started = await startWork(in: &group)
                    guard started < Delivery.step else { continue }
                    await bell.wait(upTo: await pause(), delivery.time)
                }
                await finish()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            bell.ring()
        }
    }

    /// - Returns: how many attempts were started.
    private func startWork(in group: inout DiscardingTaskGroup) async -> Int {
        do {
            guard let work = try await claim() else { return 0 }
            start(work.questions, .ask, in: &group)
            start(work.recharges, .recharge, in: &group)
            return work.count
        } catch {
            delivery.logger.error("work could not be claimed", metadata: ["cause": "\(error)"])
            return 0
        }
    }

    /// Takes free slots, then as many orders; a slot that finds no order is given back.
    private func claim() async throws -> Claims.Work? {
        guard delivery.monitor.isClockRight else { return nil }
        let taken = slots.take(Delivery.step)
        guard taken > 0 else {
            if slots.want() { bell.ring() }
            return nil
        }
        let claim = Claims.Claim(
            operatorID: operatorID, node: delivery.node, slots: taken, deadline: remote.capabilities.deadline)
        let provisions = delivery.provisions(0)
        do {
            let work = try await take(claim, provisions)
            if work.count < taken {
                _ = slots.giveBack(taken - work.count)
            } else if slots.want() {
                bell.ring()
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

    private func start(
        _ assignments: [Assignment], _ purpose: Attempt.Purpose, in group: inout DiscardingTaskGroup
    ) {
        let attempt = Attempt(delivery: delivery, remote: remote)
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
        guard slots.available > 0 else { return Delivery.poll }
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
        while slots.available < remote.capabilities.concurrency, delivery.time.monotonic < deadline {
            do { try await delivery.time.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}
