import Logging
import RasidBase
import RasidDatabase
import RasidLedger
import RasidDelivery
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// Loops that recover what was left, and must not do it twice.
struct RecoveryTests {
    private func reconciler(_ shop: TestShop) throws -> Reconciler {
        let now = shop.time.now
        let node = try shop.database.commit { try Nodes.register(at: now, in: $0) }
        let delivery = Delivery(
            database: shop.database, signals: OrderSignals(),
            sealer: OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers),
            monitor: OperatorMonitor(), time: shop.time, identifiers: shop.identifiers, node: node,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return Reconciler(delivery)
    }

    private func state(_ order: OrderID, _ shop: TestShop) throws -> OrderState {
        try shop.database.look { try StaffReading.find(order, in: $0).state }
    }

    @Test func `two that take over, each twice, doubt an order once and move no money`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        let (first, second) = (try reconciler(desk.shop), try reconciler(desk.shop))
        try await first.takeOver(isAlone: true)
        #expect(try state(assignment.order, desk.shop) == .unknown)
        let before = try Books(desk.shop)
        for reconciler in [second, first, second] { try await reconciler.takeOver(isAlone: true) }
        #expect(try Books(desk.shop) == before)
        let evidence = try desk.shop.database.look { try Evidence.all(of: assignment.order, in: $0) }
        #expect(evidence.count == 1)
        #expect(try desk.moves(of: assignment.order) == [.hold])
    }

    @Test func `one doubtful order found by two loops is settled once, whatever both have read`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        let lost = try desk.shop.database.look { try Reconciliation.lost(.simulator, limit: 8, in: $0, unless: []) }
        let provisions = desk.shop.provisions(0)
        // The operator's yes comes between the reading and the first loop's writing.
        try desk.answer(.yes(try await desk.receipt("IN-BETWEEN", assignment)), to: assignment)
        let before = try Books(desk.shop)
        for _ in 0..<2 { try desk.shop.database.commit { try Reconciliation.doubt(lost, provisions, in: $0) } }
        #expect(try Books(desk.shop) == before)
        #expect(try state(assignment.order, desk.shop) == .fulfilled)
    }

    @Test func `two loops that end one life refund it once`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        desk.shop.time.advance(by: .seconds(48 * 3600))
        let now = desk.shop.time.now
        let read = try (0..<2).map { _ in
            try desk.shop.database.look { try Reconciliation.ended(.simulator, limit: 8, at: now, in: $0) }
        }
        #expect(read == [[assignment.order], [assignment.order]])
        let refunded = try read.map { orders in
            let provisions = desk.shop.provisions()
            return try desk.shop.database.commit { try Reconciliation.endLives(orders, provisions, in: $0).map(\.id) }
        }
        #expect(refunded == [[assignment.order], []])
        #expect(try desk.moves(of: assignment.order) == [.hold, .release])
        #expect(try await desk.shop.balance() == .dinars(100_000))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `two loops that deliver one reserved card capture once`() async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,DELIVERED-ONCE\nADSL,1000,LEFT-ALONE")
        let order = try await desk.shop.place(in: desk.shop.production).id
        let now = desk.shop.time.now
        let due = try desk.shop.database.look { try Claims.reserved(.voucher, limit: 8, at: now, in: $0) }
        #expect(due == [order])
        for expected in [[order], []] {
            let provisions = desk.shop.provisions()
            #expect(
                try desk.shop.database.commit { try Claims.deliverReserved(due, provisions, in: $0).map(\.id) }
                    == expected)
        }
        #expect(try desk.moves(of: order) == [.hold, .capture])
        #expect(try desk.stock() == [.available: 1, .delivered: 1])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `an order in doubt is asked about by one loop at a time`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        try desk.answer(.silence, to: assignment)
        desk.shop.time.advance(by: .seconds(3))
        let provisions = desk.shop.provisions(0)
        let asked = try [NodeID(1), NodeID(2)].map { node in
            let claim = Claims.Claim(operatorID: .simulator, node: node, slots: 8, deadline: .seconds(60))
            return try desk.shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }.count
        }
        #expect(asked == [1, 0])
    }
}
