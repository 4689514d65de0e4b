import Logging
import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
public import ServiceLifecycle

/// Asks the operators of open cases once a day, for thirty days, what became of the order (design §4).
///
/// A late yes opens a case of its own in the place of this one; a late no agrees with the refund and closes the one that waited.
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
        for assignment in cases where !Task.isCancelled {
            do {
                try await ask(assignment)
            } catch {
                // One that cannot be kept must not cost the others their day.
                delivery.logger.error(
                    "an open case could not be asked about",
                    metadata: ["order": "\(assignment.order)", "cause": "\(error)"])
            }
        }
    }

    private func ask(_ assignment: Assignment) async throws {
        guard let member = fleet[assignment.operatorID], let remote = member.remote,
            !delivery.monitor.gates.isDown(assignment.operatorID)
        else { return }
        let attempt = Attempt(delivery: delivery, remote: remote, name: member.name)
        let answer = await attempt.call(assignment, .ask)
        _ = try await attempt.recordOnce(answer, to: assignment)
        let resolution: String
        switch answer.outcome {
        case .refused: resolution = "the operator says refused: the refund stands"
        // What is to be done about it is that case's matter.
        case .fulfilled(let receipt) where receipt.isPlausible:
            resolution = "the operator says delivered, see the late yes"
        default: return
        }
        let now = delivery.time.now
        try await delivery.database.write {
            try Cases.settle(assignment.order, because: resolution, at: now, in: $0)
        }
    }
}
