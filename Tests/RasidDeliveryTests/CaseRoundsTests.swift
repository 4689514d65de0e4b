import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import Testing

@testable import RasidDelivery

/// Whoever never said what became of an order is asked once a day, for thirty days more.
@Suite(.timeLimit(.minutes(1)))
struct CaseRoundsTests {
    private let floor: DeliveryFloor
    private let remote = ScriptedOperator()
    private let rounds: CaseRounds

    init() async throws {
        floor = try await DeliveryFloor()
        let fleet = OperatorFleet([.simulator: FleetMember(name: "kiosk", driver: .remote(remote))])
        rounds = CaseRounds(floor.delivery, fleet)
    }

    /// An order that was sent, never explained and refunded after its 48 hours.
    private func expired() async throws -> OrderID {
        let order = try await floor.place()
        let claim = Claims.Claim(operatorID: .simulator, node: floor.node, slots: 1, deadline: .seconds(60))
        let provisions = floor.delivery.provisions(0)
        try await floor.store.write { transaction in
            for assignment in try Claims.take(claim, provisions, in: transaction).recharges {
                let answer = Answers.Answer(
                    to: assignment, .silence, askAfter: .seconds(2), deadline: .seconds(60), saying: "nothing")
                _ = try Answers.record(answer, provisions, in: transaction)
            }
        }
        floor.time.advance(by: Limits.orderLife)
        let ending = floor.delivery.provisions(1)
        _ = try await floor.store.write { try Reconciliation.endLives([order], ending, in: $0) }
        #expect(try await floor.cases(order) == [.neverSettled])
        return order
    }

    @Test func `it is asked once a day for thirty days and then no more`() async throws {
        _ = try await expired()
        remote.answerAll(.unknown)
        for _ in 0..<(40 * 24) {
            floor.time.advance(by: .seconds(3600))
            try await rounds.round()
        }
        #expect((29...30).contains(remote.calls.count))
        #expect(remote.calls.allSatisfy { $0.purpose == .ask })
        try await floor.close()
    }

    @Test func `a late no agrees with the refund and closes the case`() async throws {
        let order = try await expired()
        remote.answerAll(.refused(.operatorRejected))
        floor.time.advance(by: .seconds(86_401))
        try await rounds.round()
        #expect(try await floor.state(order) == .refunded)
        let cases = try await floor.store.read { try Cases.all(of: order, in: $0) }
        #expect(cases.map(\.closedAt) == [floor.time.now])
        floor.time.advance(by: .seconds(86_401))
        try await rounds.round()
        #expect(remote.calls.count == 1)
        #expect(try await floor.isClean())
        try await floor.close()
    }

    @Test func `a late yes changes nothing, and opens a case of its own`() async throws {
        let order = try await expired()
        floor.time.advance(by: .seconds(86_401))
        async let round: Void = rounds.round()
        let call = try await remote.nextCall()
        remote.answer(call, ScriptedOperator.yes(call.job))
        try await round
        #expect(try await floor.state(order) == .refunded)
        #expect(try await floor.cases(order) == [.neverSettled, .lateYes])
        #expect(try await floor.isClean())
        try await floor.close()
    }
}
