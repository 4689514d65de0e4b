import Foundation
import RasidBase
import RasidDatabase
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting
import Testing

/// A server notices within a second what another process has committed, and wakes whoever waits for it.
@Suite struct OutsideCommitTests {
    /// A folder with one order in doubt, whose operator is next asked in an hour.
    private static func doubt(_ logs: ServerLogs) async throws -> (shop: Shop, order: Accepted) {
        let shop = try await Shop()
        let demo = ["demo", "--json", "--operator-delay", "1h"] + shop.served
        let first = try await ServerProcess.run(demo, logs: logs) { server in
            let caller = server.caller(server.demo.sandboxKey)
            let order = try await caller.buy(Sale(ref: "doubtful"))
            try await eventually("the order is sent") { try await state(order, shop) == "sent" }
            server.kill()
            return order
        }
        // The next server asks, and is told that the operator is still working on it.
        try await ServerProcess.serve(demo, logs: logs) { _ in
            try await eventually("the order is in doubt") {
                let view = try await look(first.answer, shop)
                return view.state == "unknown" && (view.dueAt ?? "") > SystemTime().now.adding(.seconds(60)).description
            }
        }
        return (shop, first.answer)
    }

    private struct Story: Decodable {
        struct View: Decodable {
            let state: String
            let dueAt: String?
        }

        let order: View
    }

    private static func look(_ order: Accepted, _ shop: Shop) async throws -> Story.View {
        try await shop.json(Story.self, "order", "show", order.topupId).order
    }

    private static func state(_ order: Accepted, _ shop: Shop) async throws -> String {
        try await look(order, shop).state
    }

    @Test func `a retry from the command line is taken up and answers an open wait`() async throws {
        let (shop, order) = try await Self.doubt(ServerLogs())
        let demo = ["demo", "--json", "--operator-delay", "100ms"] + shop.served
        try await ServerProcess.serve(demo) { server in
            let caller = server.caller(server.demo.sandboxKey)
            let waited = try await caller.waiting(for: "check-id/\(order.topupId)") {
                try await shop.run("order", "retry", order.topupId, "--reason", "the operator is back")
            }
            #expect(waited.answer.data["status"].string == "FULFILLED")
        }
        #expect(try await shop.audit().findings.isEmpty)
    }

    @Test func `what another process commits answers an open wait`() async throws {
        let (shop, order) = try await Self.doubt(ServerLogs())
        let demo = ["demo", "--json", "--operator-delay", "1h"] + shop.served
        try await ServerProcess.serve(demo) { server in
            let caller = server.caller(server.demo.sandboxKey)
            let clock = ContinuousClock()
            var refused = clock.now
            let waited = try await caller.waiting(for: "check-ref/doubtful") {
                let other = try await TestEngine.open(shop.path)
                try await Self.refuse(order, other)
                try await other.close()
                refused = clock.now
            }
            #expect(waited.answer.data["status"].string == "REFUNDED")
            #expect(waited.answer.data["refund_reason"].string == "OPERATOR_REJECTED")
            // It looks once a second; without a signal the wait would go on for a minute.
            #expect(waited.at - refused < .seconds(20), "\(waited.at - refused)")
            #expect(try await caller.balance() == 100_000)
        }
        #expect(try await shop.audit().findings.isEmpty)
    }

    /// Records a "no" as a node of another process would.
    private static func refuse(_ order: Accepted, _ shop: OpenShop) async throws {
        let id = try #require(OrderID(order.topupId))
        let provisions = Provisions(2, identifiers: SystemIdentifiers(), now: SystemTime().now)
        try await shop.database.write { transaction in
            try StaffSteps.retry(id, reason: "by hand", provisions, in: transaction)
            let claim = Claims.Claim(operatorID: .simulator, node: NodeID(99), slots: 1, deadline: .seconds(60))
            let questions = try Claims.takeQuestions(claim, provisions, in: transaction)
            guard let question = questions.first else { throw StoreFailure.broken("no question is due") }
            let answer = Answers.Answer(
                to: question, .no(.operatorRejected), askAfter: .seconds(1), deadline: .seconds(60), saying: "no")
            _ = try Answers.record(answer, provisions, in: transaction)
        }
    }
}
