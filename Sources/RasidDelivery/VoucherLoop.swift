import Logging
import RasidBase
import RasidDatabase
import RasidOrders
public import RasidStock
public import ServiceLifecycle

/// Delivers orders whose own reserved card is the delivery, right after the sale and in shared commits.
public struct VoucherLoop: Service {
    private let delivery: Delivery
    private let operatorID: OperatorID

    public init(_ delivery: Delivery, operatorID: OperatorID) {
        self.delivery = delivery
        self.operatorID = operatorID
    }

    public func run() async throws {
        let bell = delivery.signals.worker(for: operatorID)
        await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully, !Task.isCancelled {
                guard await deliver() < Delivery.step else { continue }
                await bell.wait(upTo: Delivery.poll, delivery.time)
            }
        } onGracefulShutdown: {
            bell.ring()
        }
    }

    /// - Returns: how many orders were looked at; 0 after a failure, which the next round repeats, and where other nodes
    ///   are at all of them.
    package func deliver() async -> Int {
        guard delivery.monitor.isClockRight else { return 0 }
        let operatorID = operatorID
        let now = delivery.time.now
        do {
            let due = try await delivery.database.read {
                try Claims.reserved(operatorID, limit: Delivery.step, at: now, in: $0)
            }
            let moved = try await delivery.move(due, at: now) { try Claims.deliverReserved($0, $1, in: $2) }
            return moved.isEmpty ? 0 : due.count
        } catch {
            delivery.logger.error("reserved cards could not be delivered", metadata: ["cause": "\(error)"])
            return 0
        }
    }
}
