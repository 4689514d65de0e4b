import Logging
import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
public import ServiceLifecycle

/// Looks once a second for operators that were added or changed, and runs a loop for each.
public struct FleetLoops: Service {
    private let delivery: Delivery
    private let fleet: OperatorFleet
    private let refresh: @Sendable () async throws -> Void

    /// - Parameter refresh: brings the fleet to what the tables say.
    public init(_ delivery: Delivery, _ fleet: OperatorFleet, refresh: @escaping @Sendable () async throws -> Void) {
        self.delivery = delivery
        self.fleet = fleet
        self.refresh = refresh
    }

    public func run() async throws {
        await withDiscardingTaskGroup { group in
            var running: Set<OperatorID> = []
            var known: [OperatorID: OperatorSettings] = [:]
            var isTold = false
            while !Task.isShuttingDownGracefully, !Task.isCancelled {
                do {
                    try await refresh()
                    isTold = false
                } catch {
                    // Told once, not every second of an hour without a store.
                    if !isTold { delivery.logger.error("operators cannot be read", metadata: ["cause": "\(error)"]) }
                    isTold = true
                }
                for (operatorID, member) in fleet.all {
                    if let before = known[operatorID], before != member.settings {
                        delivery.monitor.gates.forget(operatorID)
                        delivery.signals.placed(for: operatorID)
                    }
                    known[operatorID] = member.settings
                }
                for (operatorID, member) in fleet.all where running.insert(operatorID).inserted {
                    begin(operatorID, member, in: &group)
                }
                await cancelWhenGracefulShutdown { try? await delivery.time.sleep(for: Delivery.poll) }
            }
        }
    }

    private func begin(_ operatorID: OperatorID, _ member: FleetMember, in group: inout DiscardingTaskGroup) {
        switch member.driver {
        case .voucher:
            group.addTask { try? await VoucherLoop(delivery, operatorID: operatorID).run() }
        case .remote, .unusable:
            delivery.logger.info("an operator is served", metadata: ["operator": "\(member.name)"])
            group.addTask { try? await RemoteLoop(delivery, fleet, operatorID: operatorID).run() }
        }
    }
}
