import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// What staff may do, and what the laws forbid staff too.
struct StaffTests {
    private func refusal(
        _ shop: TestShop, _ body: @escaping @Sendable (Provisions, Transaction) throws -> Void
    ) throws -> String? {
        let provisions = shop.provisions()
        do {
            try shop.database.commit { try body(provisions, $0) }
            return nil
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    @Test func `an order with its operator is neither refunded nor retried`() async throws {
        let desk = try await AnswerTests.Desk()
        let assignment = try await desk.placeAndClaim()
        let refund = try refusal(desk.shop) { try StaffSteps.refund(assignment.order, reason: "r", $0, in: $1) }
        #expect(refund?.contains("silence is not failure") == true)
        let retry = try refusal(desk.shop) { try StaffSteps.retry(assignment.order, reason: "r", $0, in: $1) }
        #expect(retry?.contains("wait for the answer") == true)
        try desk.answer(.silence, to: assignment)
        #expect(try refusal(desk.shop) { try StaffSteps.refund(assignment.order, reason: "r", $0, in: $1) } == refund)
    }

    @Test func `retry asks about a silent order now`() async throws {
        let desk = try await AnswerTests.Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.silence, to: assignment)
        #expect(try refusal(desk.shop) { try StaffSteps.retry(assignment.order, reason: "r", $0, in: $1) } == nil)
        let claim = Claims.Claim(operatorID: .simulator, node: NodeID(1), slots: 8, deadline: .seconds(60))
        let provisions = desk.shop.provisions(0)
        let due = try desk.shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }
        #expect(due.map(\.order) == [assignment.order])
    }

    @Test func `a delivered order is paid back by adjusting, once, and stays fulfilled`() async throws {
        let desk = try await AnswerTests.Desk()
        let assignment = try await desk.placeAndClaim()
        #expect(try refusal(desk.shop) { try StaffSteps.adjust(assignment.order, reason: "r", $0, in: $1) } != nil)
        try desk.answer(.yes(try await desk.receipt("1111111111111111", assignment)), to: assignment)
        #expect(try refusal(desk.shop) { try StaffSteps.refund(assignment.order, reason: "r", $0, in: $1) } != nil)
        #expect(try refusal(desk.shop) { try StaffSteps.adjust(assignment.order, reason: "r", $0, in: $1) } == nil)
        #expect(try refusal(desk.shop) { try StaffSteps.adjust(assignment.order, reason: "r", $0, in: $1) } != nil)
        #expect(try await desk.shop.order(assignment.order).status == .fulfilled)
        #expect(try await desk.shop.balance() == .dinars(100_000))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `money goes back once`() async throws {
        let shop = try await TestShop()
        let placed = try await shop.place()
        #expect(try refusal(shop) { try StaffSteps.refund(placed.id, reason: "r", $0, in: $1) } == nil)
        #expect(try refusal(shop) { try StaffSteps.refund(placed.id, reason: "r", $0, in: $1) } != nil)
        #expect(try await shop.balance() == .dinars(100_000))
    }

    @Test func `settling closes the open cases of an order and nothing else`() async throws {
        let desk = try await AnswerTests.Desk()
        let assignment = try await desk.placeAndClaim()
        #expect(try refusal(desk.shop) { try StaffSteps.settle(assignment.order, reason: "r", $0, in: $1) } != nil)
        try desk.answer(.no(.operatorRejected), to: assignment)
        try desk.answer(.yes(try await desk.receipt("1111111111111111", assignment)), to: assignment)
        #expect(try desk.shop.database.look { try Cases.waiting(limit: 10, in: $0).count } == 1)
        #expect(try refusal(desk.shop) { try StaffSteps.settle(assignment.order, reason: "paid", $0, in: $1) } == nil)
        #expect(try desk.shop.database.look { try Cases.waiting(limit: 10, in: $0).isEmpty })
        #expect(try await desk.shop.order(assignment.order).status == .refunded)
    }

    @Test func `there is no order of that id`() async throws {
        let shop = try await TestShop()
        let none: OrderID = shop.identifiers.fresh(at: shop.time.now)
        #expect(
            try refusal(shop) { try StaffSteps.retry(none, reason: "r", $0, in: $1) } == "There is no order \(none).")
    }
}
