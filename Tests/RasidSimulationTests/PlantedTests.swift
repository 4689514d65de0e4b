import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidServer
import Testing

@testable import RasidSimulation

/// A checker that catches nothing checks nothing: one thing is made wrong, and it must say which.
struct PlantedTests {
    private func played() async throws -> Simulation {
        let simulation = try Simulation(.init(seed: 5, orders: 60), migrations: Schema.migrations)
        try #require(await simulation.play() == nil)
        return simulation
    }

    private static let someFulfilled = "(SELECT id FROM orders WHERE state = 5 ORDER BY id LIMIT 1)"
    private static let someRefunded = "(SELECT id FROM orders WHERE state = 6 ORDER BY id LIMIT 1)"
    private static let unreferenced = """
        (SELECT id FROM orders WHERE id NOT IN (SELECT order_id FROM idempotency_keys)
            AND id NOT IN (SELECT order_id FROM evidence) AND id NOT IN (SELECT order_id FROM cases) ORDER BY id LIMIT 1)
        """

    @Test(arguments: [
        ("UPDATE balances SET wallet = wallet + 1 WHERE order_no > 0", "it should have"),
        ("UPDATE balances SET held = held + 1 WHERE order_no > 0", "it should have"),
        ("UPDATE balances SET order_no = order_no + 1 WHERE order_no > 0", "orders were counted"),
        ("DELETE FROM orders WHERE id = \(unreferenced)", "is not in the store"),
        (
            "UPDATE orders SET id = x'000000000000000000000000' WHERE id = \(unreferenced)",
            "one purchase became two orders"
        ),
        (
            "UPDATE orders SET state = 6, num_trans = NULL, refund_reason = 2 WHERE id = \(someFulfilled)",
            "left fulfilled for refunded"
        ),
        (
            "UPDATE orders SET cost = cost + 1 WHERE id = \(someFulfilled)",
            "changed its wallet, its reference or its cost"
        ),
        ("UPDATE orders SET ref = 'other' WHERE id = \(someRefunded)", "changed its wallet, its reference or its cost"),
        ("UPDATE transfers SET amount = amount + 1 WHERE kind = 4 AND order_id = \(someFulfilled)", "another amount"),
        ("DELETE FROM transfers WHERE kind = 3 AND order_id = \(someFulfilled)", "has 0 holds"),
        ("DELETE FROM transfers WHERE kind = 4 AND order_id = \(someFulfilled)", "has 0 captures"),
        ("DELETE FROM transfers WHERE kind = 5 AND order_id = \(someRefunded)", "has 0 releases"),
        (
            "UPDATE events SET order_id = \(someRefunded) WHERE order_id = \(someFulfilled)",
            "tells what has not become of its order"
        ),
        (
            "UPDATE cards SET state = 2 WHERE state = 3 AND order_id = \(someFulfilled)",
            "is fulfilled and its card reserved"
        ),
        ("DELETE FROM cards WHERE state = 1", "imported cards are there"),
    ])
    func `the simulation sees what was made wrong`(defect: String, says: String) async throws {
        let simulation = try await played()
        let changed = try simulation.store.commit { try $0.run(Statement(defect)) }
        #expect(changed > 0)
        let violation = await #expect(throws: (any Error).self) { try await simulation.checkEverything() }
        #expect("\(violation.map { "\($0)" } ?? "")".contains(says))
        try simulation.store.close()
    }

    @Test func `an order that nobody has sent is seen`() async throws {
        let simulation = try await played()
        let columns = """
            type, number, product_id, value, cost, 1, operator_id, attempt, node, due_at, created_at, since, NULL, NULL, NULL,
            0, NULL, NULL, 0 FROM orders WHERE id = \(Self.someRefunded)
            """
        _ = try simulation.store.commit {
            try $0.run(
                Statement(
                    """
                    INSERT INTO orders SELECT x'000000000000000000000001', account_id, environment, 9999, 'phantom', \(columns)
                    """))
        }
        let violation = await #expect(throws: (any Error).self) { try await simulation.checkEverything() }
        #expect("\(violation.map { "\($0)" } ?? "")".contains("an order that nobody has sent"))
        try simulation.store.close()
    }

    @Test func `a card whose code was carried out is seen on sale`() async throws {
        let simulation = try await played()
        // One that no order has any more: only the model knows that its code was carried out.
        let refunded = Statement(
            "SELECT id FROM cards WHERE state = 4 AND order_id IN (SELECT id FROM orders WHERE state = 6)")
        let cards = try simulation.store.look { try $0.all(refunded) { try $0.id(0, of: CardTag.self) } }
        let card = try #require(cards.first { simulation.model.exposed[$0] != nil })
        _ = try simulation.store.commit { transaction in
            try transaction.run(Statement("UPDATE cards SET state = 1, order_id = NULL WHERE id = ?"), [.id(card)])
            try transaction.run(Statement("UPDATE orders SET card_exposed = 0"))
        }
        let violation = await #expect(throws: (any Error).self) { try await simulation.checkEverything() }
        #expect("\(violation.map { "\($0)" } ?? "")" == "the card \(card) was exposed and is for sale")
        try simulation.store.close()
    }

    @Test func `a server's own audit sees what was made wrong`() async throws {
        let simulation = try await played()
        _ = try simulation.store.commit {
            try $0.run(Statement("UPDATE balances SET held = held + 1 WHERE order_no > 0"))
        }
        let violation = await #expect(throws: (any Error).self) { try await simulation.endAudit() }
        #expect("\(violation.map { "\($0)" } ?? "")".contains("a server's audit:"))
        try simulation.store.close()
    }

    @Test func `a code that is shown for two orders is seen`() async throws {
        let simulation = try await played()
        let unseen = simulation.model.sequence.filter { simulation.model.orders[$0]?.shownCode == nil }
        let (first, second) = (try #require(unseen.first), try #require(unseen.last))
        try simulation.model.wasShown("5555", of: first)
        #expect(throws: Violation.self) { try simulation.model.wasShown("5555", of: second) }
        #expect(throws: Violation.self) { try simulation.model.wasShown("6666", of: first) }
        try simulation.store.close()
    }

    private static let yes = OperatorAnswer(
        .fulfilled(OperatorReceipt(transactionNumber: "T", code: "1234")), words: "yes")
    private static let no = OperatorAnswer(.refused(.operatorRejected), words: "no")

    @Test(arguments: [
        (yes, OrderState.refunded as OrderState?, false), (yes, .fulfilled, false), (yes, nil, true),
        (no, .fulfilled, false),
    ])
    func `a late word without an open case is seen`(answer: OperatorAnswer, end: OrderState?, isOfStock: Bool)
        async throws
    {
        let simulation = try await played()
        let order = simulation.model.sequence[0]
        #expect(throws: Violation.self) {
            try simulation.model.heard(answer, for: order, whenItWas: end, isOfStock: isOfStock, cases: [])
        }
        try simulation.store.close()
    }
}
