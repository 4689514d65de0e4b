import Logging
import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
public import ServiceLifecycle

/// Asks operators in the background what they sell and what is left of the shop's money there, and writes down how they do.
public struct OperatorWatch: Service {
    private let delivery: Delivery
    private let fleet: OperatorFleet

    public init(_ delivery: Delivery, _ fleet: OperatorFleet) {
        self.delivery = delivery
        self.fleet = fleet
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var lastLook: Int64?
            var looked: [OperatorID: FleetMember] = [:]
            while !Task.isCancelled {
                let now = delivery.time.monotonic
                let isTime = lastLook.map { now - $0 >= Limits.standingPause.milliseconds } ?? true
                // A new operator, or one that was changed, is looked at at once.
                let due = fleet.all.filter { operatorID, member in
                    if looked[operatorID]?.settings != member.settings { return true }
                    // A server counts wrong keys, and shuts out every shop at this address: the next order tries.
                    return isTime && delivery.monitor.gates.closing(of: operatorID) != .trouble(.notLetIn)
                }
                if isTime { lastLook = now }
                looked = fleet.all
                await look(at: due)
                await write()
                try await delivery.time.sleep(for: Limits.operatorFiguresPause)
            }
        }
        await write()
    }

    func look(at members: [OperatorID: FleetMember]) async {
        await withDiscardingTaskGroup { group in
            for (operatorID, member) in members where operatorID != .simulator {
                guard let remote = member.remote else { continue }
                group.addTask { await look(at: operatorID, member, remote) }
            }
        }
    }

    private func look(at operatorID: OperatorID, _ member: FleetMember, _ remote: any Operator) async {
        let standing = await Bounded.call(within: Limits.standingDeadline, delivery.time) {
            await remote.standing()
        }.answer
        guard let standing = standing ?? nil else { return }
        let change = delivery.monitor.gates.answers(
            operatorID, trouble: standing.trouble, at: delivery.time.monotonic)
        if let change {
            delivery.tell(change, of: member.name)
            delivery.signals.placed(for: operatorID)
        }
        // It has told nothing.
        guard standing.trouble != .notLetIn else { return }
        let now = delivery.time.now
        let offers = standing.offers.map {
            SupplierOffer(type: $0.type, value: $0.value, cost: $0.cost, isAvailable: $0.isAvailable, seenAt: now)
        }
        do {
            try await delivery.database.write { try SupplierOffers.replace(offers, of: operatorID, in: $0) }
        } catch {
            delivery.logger.error("a supplier's offers could not be kept", metadata: ["cause": "\(error)"])
        }
        guard let balance = standing.balance else { return }
        if let change = delivery.monitor.gates.saw(balance: balance, of: operatorID, at: now) {
            delivery.tell(change, of: member.name)
        }
        if let low = member.settings?.lowBalance, balance < low {
            delivery.logger.warning(
                "the money at an operator is running low: pay in",
                metadata: ["operator": "\(member.name)", "balance": "\(balance)", "wanted": "\(low)"])
        }
    }

    func write() async {
        let (node, now) = (delivery.node.number, delivery.time.now)
        let counts = delivery.monitor.figures.all
        let states = fleet.all.map { operatorID, member in
            let fixed: GateClosing? = member.driver.isUnusable ? .unusable : member.isPaused ? .paused : nil
            return delivery.monitor.gates.state(of: operatorID, fixed: fixed)
        }
        do {
            try await delivery.database.write { transaction in
                try OperatorStates.keep(states, by: node, at: now, in: transaction)
                try OperatorCalls.keep(counts, by: node, at: now, in: transaction)
            }
            delivery.monitor.figures.forget(counts, before: now)
        } catch {
            delivery.logger.error("the operators' figures could not be written", metadata: ["cause": "\(error)"])
        }
    }
}
