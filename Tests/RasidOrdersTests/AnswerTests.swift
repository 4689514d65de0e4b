import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// What operators say, recorded with the money and the cards that it moves.
struct AnswerTests {
    /// A claimed sandbox order and the means to answer it.
    struct Desk {
        let shop: TestShop
        let sealer: OperatorSealer

        init() async throws {
            shop = try await TestShop()
            sealer = OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers)
        }

        func claim(_ operatorID: OperatorID = .simulator) throws -> [Assignment] {
            let provisions = shop.provisions(0)
            return try shop.database.commit {
                try Claims.take(
                    Claims.Claim(operatorID: operatorID, node: NodeID(1), slots: 8, deadline: .seconds(60)),
                    provisions, in: $0
                ).recharges
            }
        }

        func placeAndClaim(_ ref: String? = nil) async throws -> Assignment {
            _ = try await shop.place(ref: ref)
            return try #require(try claim().first)
        }

        func receipt(_ code: String, _ assignment: Assignment) async throws -> Receipt {
            let card = try await sealer.seal(
                code,
                OperatorSealer.Arrival(
                    operatorID: assignment.operatorID, environment: assignment.environment,
                    product: assignment.product),
                at: shop.time.now)
            return Receipt(transactionNumber: "T-1", card: card)
        }

        @discardableResult
        func answer(_ word: OperatorWord, to assignment: Assignment) throws -> Answers.Outcome {
            let answer = Answers.Answer(
                to: assignment, word, askAfter: .seconds(2), deadline: .seconds(60), saying: "as the test says")
            let provisions = shop.provisions(1)
            return try shop.database.commit { try Answers.record(answer, provisions, in: $0) }
        }

        func code(_ order: Order) async throws -> String? {
            guard let card = order.delivery?.card else { return nil }
            return try await shop.reveals.codes(of: [card], for: KeyID(1))[card]
        }

        func cases(_ order: OrderID) throws -> [CaseKind] {
            try shop.database.look { try Cases.all(of: order, in: $0).map(\.kind) }
        }
    }

    @Test func `a yes delivers the code, captures the money and tells of it`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.yes(try await desk.receipt("0011223344556677", assignment)), to: assignment)
        let order = try await desk.shop.order(assignment.order)
        #expect(order.status == .fulfilled)
        #expect(order.delivery?.transactionNumber == "T-1")
        #expect(try await desk.code(order) == "0011223344556677")
        #expect(try await desk.shop.balance() == .dinars(99_050))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `a no gives the money back once, however often it is told`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        for _ in 0..<3 { try desk.answer(.no(.numberRejected), to: assignment) }
        let order = try await desk.shop.order(assignment.order)
        #expect(order.status == .refunded)
        #expect(order.refundReason == .numberRejected)
        #expect(try await desk.shop.balance() == .dinars(100_000))
        #expect(try desk.cases(assignment.order).isEmpty)
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `silence keeps the money held until somebody says something`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.silence, to: assignment)
        #expect(try await desk.shop.order(assignment.order).status == .handling)
        #expect(try await desk.shop.balance() == .dinars(99_050))
        desk.shop.time.advance(by: .seconds(3600))
        try desk.answer(.yes(try await desk.receipt("0011223344556677", assignment)), to: assignment)
        #expect(try await desk.shop.order(assignment.order).status == .fulfilled)
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `a yes after the refund changes nothing, keeps the code as evidence and opens a case`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.no(.operatorRejected), to: assignment)
        try desk.answer(.yes(try await desk.receipt("0011223344556677", assignment)), to: assignment)
        #expect(try await desk.shop.order(assignment.order).status == .refunded)
        #expect(try await desk.shop.balance() == .dinars(100_000))
        #expect(try desk.cases(assignment.order) == [.lateYes])
        // The code is in the store now, so it cannot be imported and sold.
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `a second code never replaces the first and opens a case`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.yes(try await desk.receipt("1111111111111111", assignment)), to: assignment)
        try desk.answer(.yes(try await desk.receipt("2222222222222222", assignment)), to: assignment)
        let order = try await desk.shop.order(assignment.order)
        #expect(try await desk.code(order) == "1111111111111111")
        #expect(try desk.cases(assignment.order) == [.secondCode])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `the same answer twice is one delivery and no case`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        for _ in 0..<2 {
            try desk.answer(.yes(try await desk.receipt("1111111111111111", assignment)), to: assignment)
        }
        #expect(try desk.cases(assignment.order).isEmpty)
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `another order's code never fulfils`() async throws {
        let desk = try await Desk()
        let first = try await desk.placeAndClaim()
        try desk.answer(.yes(try await desk.receipt("1111111111111111", first)), to: first)
        let second = try await desk.placeAndClaim()
        try desk.answer(.yes(try await desk.receipt("1111111111111111", second)), to: second)
        #expect(try await desk.shop.order(second.order).status == .handling)
        #expect(try desk.cases(second.order) == [.knownCode])
        try desk.answer(.yes(try await desk.receipt("3333333333333333", second)), to: second)
        #expect(try await desk.code(try await desk.shop.order(second.order)) == "3333333333333333")
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `later queues, is shown and comes back when it is due`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.later(.seconds(27)), to: assignment)
        let order = try await desk.shop.order(assignment.order)
        #expect(order.status == .queued)
        #expect(order.expectedBy == order.createdAt.adding(.seconds(48 * 3600)))
        #expect(try desk.claim().isEmpty)
        desk.shop.time.advance(by: .seconds(27))
        let again = try #require(try desk.claim().first)
        #expect(again.order == assignment.order)
        #expect(again.attempt == assignment.attempt + 1)
    }

    @Test func `never seen is repeated only when the attempt's deadline and the settling time are over`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.silence, to: assignment)
        let word = OperatorWord.neverSeen(mayRepeat: true, settlingTime: .seconds(120))
        #expect(try desk.answer(word, to: assignment).again == nil)
        desk.shop.time.advance(by: .seconds(179))
        #expect(try desk.answer(word, to: assignment).again == nil)
        desk.shop.time.advance(by: .seconds(1))
        let again = try #require(try desk.answer(word, to: assignment).again)
        #expect(again.attempt == 2)
        #expect(again.order == assignment.order)
        // A late yes to the first attempt still ends it; the repeat's no does not bring the money back.
        try desk.answer(.yes(try await desk.receipt("1111111111111111", assignment)), to: assignment)
        try desk.answer(.no(.operatorRejected), to: again)
        #expect(try await desk.shop.order(assignment.order).status == .fulfilled)
        #expect(try desk.cases(assignment.order) == [.lateNo])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `a claim takes no more than there are free slots, and nobody claims twice`() async throws {
        let desk = try await Desk()
        for _ in 0..<20 { try await desk.shop.place() }
        let taken = try (0..<4).map { _ in try desk.claim() }
        #expect(taken.map(\.count) == [8, 8, 4, 0])
        #expect(Set(taken.joined().map(\.order)).count == 20)
    }

    @Test func `48 hours of silence refund, leave a case and end every wait`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        try desk.answer(.silence, to: assignment)
        func end() throws -> [OrderID] {
            let provisions = desk.shop.provisions()
            return try desk.shop.database.commit {
                try Reconciliation.endLives(.simulator, limit: 8, provisions, in: $0)
            }
        }
        desk.shop.time.advance(by: .seconds(48 * 3600 - 1))
        #expect(try end().isEmpty)
        desk.shop.time.advance(by: .seconds(1))
        #expect(try end() == [assignment.order])
        #expect(try end().isEmpty)
        let order = try await desk.shop.order(assignment.order)
        #expect(order.status == .refunded)
        #expect(order.refundReason == .expired)
        #expect(try desk.cases(assignment.order) == [.neverSettled])
        #expect(try await desk.shop.balance() == .dinars(100_000))
    }

    @Test func `an order older than 47 hours is not started, and does not stand in the way of newer ones`() async throws
    {
        let desk = try await Desk()
        for _ in 0..<10 { try await desk.shop.place() }
        desk.shop.time.advance(by: .seconds(47 * 3600))
        let fresh = try await desk.shop.place()
        #expect(try desk.claim().map(\.order) == [fresh.id])
    }

    @Test func `what a gone node had sent is in doubt, what a living one sent is not`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        func lost(alive: Set<NodeID>) throws -> [Reconciliation.SentAttempt] {
            try desk.shop.database.look {
                try Reconciliation.lost(.simulator, limit: 8, in: $0, unless: alive)
            }
        }
        #expect(try lost(alive: [NodeID(1)]).isEmpty)
        let gone = try lost(alive: [NodeID(2)])
        #expect(gone.map(\.order) == [assignment.order])
        let provisions = desk.shop.provisions(0)
        try desk.shop.database.commit { try Reconciliation.doubt(gone, provisions, in: $0) }
        let claim = Claims.Claim(operatorID: .simulator, node: NodeID(2), slots: 8, deadline: .seconds(60))
        let questions = try desk.shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }
        #expect(questions.map(\.order) == [assignment.order])
        #expect(try desk.shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }.isEmpty)
    }

    @Test func `what a gone node was asking is asked anew at once, and once`() async throws {
        let desk = try await Desk()
        let assignment = try await desk.placeAndClaim()
        let provisions = desk.shop.provisions(0)
        let now = provisions.now
        let lost = try desk.shop.database.look {
            try Reconciliation.lost(.simulator, limit: 8, in: $0, unless: [])
        }
        try desk.shop.database.commit { try Reconciliation.doubt(lost, provisions, in: $0) }
        func ask(as node: NodeID) throws -> Int {
            let claim = Claims.Claim(operatorID: .simulator, node: node, slots: 8, deadline: .seconds(60))
            return try desk.shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }.count
        }
        func asked(alive: Set<NodeID>) throws -> [Reconciliation.SentAttempt] {
            try desk.shop.database.look {
                try Reconciliation.asked(.simulator, limit: 8, at: now, in: $0, unless: alive)
            }
        }
        #expect(try ask(as: NodeID(2)) == 1)
        #expect(try ask(as: NodeID(3)) == 0)
        #expect(try asked(alive: [NodeID(2)]).isEmpty)
        let gone = try asked(alive: [NodeID(3)])
        #expect(gone.map(\.order) == [assignment.order])
        try desk.shop.database.commit { try Reconciliation.askAgain(gone, at: now, in: $0) }
        #expect(try asked(alive: [NodeID(3)]).isEmpty)
        #expect(try ask(as: NodeID(3)) == 1)
    }

    @Test func `a question that was answered is nobody's, and its pause is kept when the node is gone`() async throws {
        let desk = try await Desk()
        _ = try await desk.placeAndClaim()
        let provisions = desk.shop.provisions(0)
        let lost = try desk.shop.database.look {
            try Reconciliation.lost(.simulator, limit: 8, in: $0, unless: [])
        }
        try desk.shop.database.commit { try Reconciliation.doubt(lost, provisions, in: $0) }
        let claim = Claims.Claim(operatorID: .simulator, node: NodeID(2), slots: 8, deadline: .seconds(60))
        let questions = try desk.shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }
        let question = try #require(questions.first)
        let answer = Answers.Answer(
            to: question, .later(.seconds(3600)), askAfter: .seconds(1), deadline: .seconds(60), saying: "wait")
        _ = try desk.shop.database.commit { try Answers.record(answer, provisions, in: $0) }
        let asked = try desk.shop.database.look {
            try Reconciliation.asked(.simulator, limit: 8, at: provisions.now, in: $0, unless: [])
        }
        #expect(asked.isEmpty)
    }

    @Test func `a reserved card whose code nobody saw goes back into stock, and is sold to the next`() async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,ONLY-ONE")
        let first = try await desk.shop.place(in: desk.shop.production)
        let provisions = desk.shop.provisions()
        try desk.shop.database.commit { try StaffSteps.refund(first.id, reason: "test", provisions, in: $0) }
        let second = try await desk.shop.place(in: desk.shop.production)
        let more = desk.shop.provisions()
        _ = try desk.shop.database.commit { try Claims.deliverReserved(.voucher, limit: 8, more, in: $0) }
        let order = try await desk.shop.order(second.id, in: desk.shop.production)
        #expect(try await desk.code(order) == "ONLY-ONE")
        #expect(try await desk.shop.audit().isClean)
    }
}
