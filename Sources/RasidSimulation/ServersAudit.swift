import RasidBase
import RasidDatabase
import RasidDelivery
import RasidOrders

/// A server's own audit, beside everything else.
extension Simulation {
    func planAudit(_ node: SimulatedNode) {
        plan(in: dice.milliseconds(placing ? 60_000...900_000 : 3_600_000...21_600_000)) { [self] in
            guard node.isAlive, !isOver else { return }
            await node.audit.round()
            try checkFindings()
            planAudit(node)
        }
    }

    /// Left alone, it comes to the end of the books: an audit that never looks finds nothing either.
    func endAudit() async throws {
        faultRate = FaultRate(dying: 0, refusing: 0, filling: 0, interleaving: 0)
        // Another node's turn ends, and so does a store that is closed.
        time.move(to: max(time.monotonic, refusesUntil) + 3_600_000)
        let node = try startNode()
        // Once through what is new, and through every card and open order.
        for _ in 0..<100 {
            await node.audit.round()
            try checkFindings()
            let cursors = try store.look { try AuditBook.cursors(in: $0) }
            if cursors.card == nil, cursors.order == nil { break }
        }
        let news = try store.look { try AuditOnward.news(in: $0) }
        guard news.isEmpty else { throw Violation("a server's audit never came to the end of the books") }
    }

    private static let selectFinding = Statement("SELECT subject, sentence FROM audit_findings")

    private func checkFindings() throws {
        let finding = try store.look { transaction in
            try transaction.first(Self.selectFinding) { "\($0.text(0)): \($0.text(1))" }
        }
        if let finding { throw Violation("a server's audit: \(finding)") }
    }
}
