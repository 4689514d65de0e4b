import InMemoryLogging
import Logging
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

@testable import RasidDelivery

/// A server goes on with the audit once a minute and tells what it finds.
@Suite(.timeLimit(.minutes(1)))
struct AuditRoundsTests {
    private let floor: DeliveryFloor
    private let rounds: AuditRounds

    init() async throws {
        floor = try await DeliveryFloor()
        rounds = AuditRounds(floor.delivery)
    }

    private func plant(_ sql: String) async throws {
        let changed = try await floor.store.write { try $0.run(Statement(sql)) }
        #expect(changed > 0, "nothing was planted: \(sql)")
    }

    @Test func `a shop at work is found in order, and gone through once`() async throws {
        _ = try await floor.place()
        await rounds.round()
        #expect(floor.monitor.findings == 0)
        let news = try await floor.store.read { try AuditOnward.news(in: $0) }
        // The order is open, and will be looked at by itself.
        #expect(news.isEmpty)
    }

    @Test func `what does not add up is counted, and sales go on`() async throws {
        _ = try await floor.place()
        try await plant("UPDATE transfers SET balance = balance + 1 WHERE kind = 3")
        await rounds.round()
        // The line does not follow, and the statement ends otherwise than its row says.
        #expect(floor.monitor.findings == 2)
        _ = try await floor.place()
        await rounds.round()
        // The next line does not follow either.
        #expect(floor.monitor.findings == 3)
    }

    @Test func `a finding of an earlier server is known before the first round`() async throws {
        _ = try await floor.place()
        let now = floor.time.now
        _ = try await floor.store.write { try AuditBook.keep([AuditFinding("order 1", "odd")], at: now, in: $0) }
        try await floor.running(rounds) { _ in
            try await floor.time.sleepers(for: Limits.auditPause)
            #expect(floor.monitor.findings == 1)
        }
    }

    @Test func `once a minute, until the server stops`() async throws {
        try await floor.running(rounds) { _ in
            try await floor.time.sleepers(for: Limits.auditPause)
            _ = try await floor.place()
            try await plant("UPDATE balances SET held = held + 100")
            floor.time.advance(by: Limits.auditPause)
            try await floor.time.sleepers(for: Limits.auditPause)
            #expect(floor.monitor.findings > 0)
        }
    }

    @Test func `only one of two servers audits`() async throws {
        let other = AuditRounds(try await floor.nextDelivery())
        await rounds.round()
        _ = try await floor.place()
        try await plant("UPDATE transfers SET balance = balance + 1 WHERE kind = 3")
        await other.round()
        #expect(floor.monitor.findings == 0)
        await rounds.round()
        #expect(floor.monitor.findings == 2)
    }

    @Test func `a server whose turn it is not tells of what the other has found`() async throws {
        let monitor = OperatorMonitor()
        let other = AuditRounds(try await floor.nextDelivery(monitor: monitor))
        _ = try await floor.place()
        try await plant("UPDATE transfers SET balance = balance + 1 WHERE kind = 3")
        await rounds.round()
        await other.round()
        #expect(monitor.findings == 2)
    }

    @Test func `a wallet that cannot be read is a finding, and the others are gone through`() async throws {
        _ = try await floor.place()
        try await plant("UPDATE orders SET id = x'00'")
        try await plant("UPDATE balances SET wallet = wallet + 1 WHERE environment = 1")
        await rounds.round()
        #expect(floor.monitor.findings >= 2)
    }

    @Test func `a wallet with much news is come back to, and the others have their turn between`() async throws {
        let movements = (0...Int(Limits.auditedRows) * Limits.auditedWalletSteps).map { _ in
            floor.identifiers.fresh(at: floor.time.now) as TransferID
        }
        let (now, movement) = (floor.time.now, Cash.Movement(wallet: floor.sandbox, amount: Money(centimes: 1)))
        try await floor.store.write { transaction in
            for id in movements { _ = try Cash.deposit(movement, as: id, at: now, in: transaction) }
        }
        try await plant("UPDATE balances SET wallet = wallet + 1 WHERE environment = 1")
        await rounds.round()
        let news = try await floor.store.read { try AuditOnward.news(in: $0) }
        // Only the wallet that does not add up has anything left to say.
        #expect(news.map(\.wallet) == [floor.production])
        #expect(floor.monitor.findings > 0)
    }

    @Test func `what was found and not told before the process ended is told by the next one`() async throws {
        let now = floor.time.now
        _ = try await floor.store.write { try AuditBook.keep([AuditFinding("order 1", "odd")], at: now, in: $0) }
        await rounds.round()
        #expect(floor.log.entries.map(\.metadata["finding"]) == ["odd"])
        #expect(try await floor.store.read { try AuditBook.untold(in: $0) }.isEmpty)
    }

    @Test func `an open order whose card cannot be read keeps the audit from nothing else`() async throws {
        try await floor.stock(2)
        _ = try await floor.place(in: floor.production)
        await rounds.round()
        #expect(floor.monitor.findings == 0)
        try await plant("UPDATE cards SET order_id = x'ff' WHERE state = 2")
        try await plant("UPDATE balances SET held = held + 1 WHERE environment = 0")
        await rounds.round()
        let known = try await floor.store.read { try AuditBook.known(in: $0) }
        #expect(known.contains { $0.sentence == "its card is not reserved for it" })
        #expect(known.contains(AuditFinding(floor.sandbox, "what it holds is not what its open orders cost")))
    }

    @Test func `orders that could not end while nobody was there are not found wanting`() async throws {
        let order = try await floor.place()
        floor.monitor.clock(isSteady: false)
        floor.time.advance(by: Limits.orderOverdue)
        await rounds.round()
        #expect(floor.monitor.findings == 0)
        floor.monitor.clock(isSteady: true)
        await rounds.round()
        #expect(floor.monitor.findings == 0)
        // A round of the reconciler has had its chance.
        floor.monitor.roundEnded([])
        await rounds.round()
        #expect(floor.monitor.findings == 1)
        // Once it has ended, nothing is left to tell.
        let provisions = floor.delivery.provisions(1)
        _ = try await floor.store.write { try Reconciliation.endLives([order], provisions, in: $0) }
        await rounds.round()
        #expect(floor.monitor.findings == 0)
    }

    @Test func `a round that fails is logged and the next one goes on`() async throws {
        _ = try await floor.place()
        try await plant("UPDATE transfers SET balance = balance + 1 WHERE kind = 3")
        floor.store.shut(true)
        await rounds.round()
        #expect(floor.monitor.findings == 0)
        floor.store.shut(false)
        await rounds.round()
        #expect(floor.monitor.findings == 2)
    }
}
