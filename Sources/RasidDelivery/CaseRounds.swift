import Logging
import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
public import ServiceLifecycle

/// Asks the operators of open cases once a day, for thirty days, what became of the order (design §4).
///
/// A late yes opens a case of its own; a late no agrees with the refund and closes the one that waited.
public struct CaseRounds: Service {
    private let delivery: Delivery
    private let fleet: OperatorFleet
    private let pause: Duration

    public init(_ delivery: Delivery, _ fleet: OperatorFleet, pause: Duration = .seconds(60)) {
        self.delivery = delivery
        self.fleet = fleet
        self.pause = pause
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await round()
                } catch {
                    delivery.logger.error("open cases could not be asked about", metadata: ["cause": "\(error)"])
                }
                try await delivery.time.sleep(for: pause)
            }
        }
    }

    package func round() async throws {
        guard delivery.monitor.isClockRight, delivery.monitor.isClockSteady else { return }
        let now = delivery.time.now
        let cases = try await delivery.database.write {
            try Cases.takeToAsk(at: now, limit: Limits.casesAskedARound, in: $0)
        }
        for assignment in cases where !Task.isCancelled { try await ask(assignment) }
    }

    private func ask(_ assignment: Assignment) async throws {
        guard let member = fleet[assignment.operatorID], let remote = member.remote else { return }
        let attempt = Attempt(delivery: delivery, remote: remote, name: member.name)
        let answer = await attempt.call(assignment, .ask)
        _ = try await attempt.recordOnce(answer, to: assignment)
        guard case .refused = answer.outcome else { return }
        let now = delivery.time.now
        try await delivery.database.write {
            try Cases.settle(
                assignment.order, because: "the operator says refused: the refund stands", at: now, in: $0)
        }
    }
}
