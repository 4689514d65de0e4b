import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting
import ServiceLifecycle
import Testing

@testable import RasidDelivery

/// Once a second: who is alive, what is in doubt, what is too old.
@Suite(.timeLimit(.minutes(1)))
struct ReconcilerTests {
    private let floor: DeliveryFloor
    private let reconciler: Reconciler

    init() async throws {
        floor = try await DeliveryFloor()
        reconciler = Reconciler(floor.delivery)
    }

    private func register() async throws -> NodeID {
        let now = floor.time.now
        return try await floor.store.write { try Nodes.register(at: now, in: $0) }
    }

    private func beat(_ node: NodeID) async throws {
        let beat = Nodes.Beat(at: floor.time.now, monotonic: floor.time.monotonic, boot: floor.time.boot)
        _ = try await floor.store.write { try Nodes.beat(node, beat, in: $0) }
    }

    /// Places an order and has a node call the operator for it.
    private func sent(by node: NodeID) async throws -> OrderID {
        let order = try await floor.place()
        let claim = Claims.Claim(operatorID: .simulator, node: node, slots: 1, deadline: .seconds(60))
        let provisions = floor.delivery.provisions(0)
        let taken = try await floor.store.write { try Claims.take(claim, provisions, in: $0).recharges }
        #expect(taken.map(\.order) == [order])
        return order
    }

    /// Lets one more round begin and come to its end.
    private func round(after duration: Duration = .seconds(1)) async throws {
        try await floor.time.sleepers(for: .seconds(1))
        floor.time.advance(by: duration)
        try await floor.time.sleepers(for: .seconds(1))
    }

    @Test func `an order of one operator that cannot be read keeps no other operator's from being doubted`()
        async throws
    {
        let dead = try await register()
        let (damaged, healthy) = (try await sent(by: dead), try await sent(by: dead))
        _ = try await floor.store.write { transaction in
            try transaction.run(Statement("UPDATE orders SET type = 9 WHERE id = ?"), [.id(damaged)])
            try transaction.run(Statement("UPDATE orders SET operator_id = 2 WHERE id = ?"), [.id(healthy)])
        }
        floor.time.advance(by: Limits.nodeDead + .seconds(1))
        var clock = await reconciler.watchClock()
        await reconciler.round(&clock)
        #expect(try await floor.state(healthy) == .unknown)
        #expect(floor.monitor.troubles == [.goneNodes])
    }

    @Test func `a dead node's orders are doubted, a living one's and this one's are not`() async throws {
        let (living, dead) = (try await register(), try await register())
        let orders = [try await sent(by: living), try await sent(by: dead), try await sent(by: floor.node)]
        try await floor.running(reconciler) { _ in
            for _ in 0..<7 {
                try await round()
                try await beat(living)
            }
            #expect(try await floor.state(orders[1]) == .sent)
            try await round()
            try await floor.until(orders[1], is: .unknown)
            #expect(try await floor.evidence(orders[1]) == ["the node that was calling the operator is gone"])
            #expect(try await floor.state(orders[0]) == .sent)
            #expect(try await floor.state(orders[2]) == .sent)
        }
    }

    @Test func `a doubted order is asked about at once, for its loop is rung`() async throws {
        let remote = ScriptedOperator()
        let order = try await sent(by: try await register())
        let loop = RemoteLoop(floor.delivery, remote, operatorID: .simulator)
        try await floor.running(reconciler, loop) { _ in
            try await floor.time.sleepers(2, for: .seconds(1))
            floor.time.advance(by: .seconds(8))
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask)
            #expect(question.job.order == order)
        }
    }

    @Test func `a node never takes itself for dead, however long the store or the clock kept it`() async throws {
        let order = try await sent(by: floor.node)
        try await floor.running(reconciler) { _ in
            try await round(after: .seconds(30))
            #expect(try await floor.state(order) == .sent)
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.jump(by: .seconds(3 * 86_400))
            for _ in 0..<3 { try await round() }
            #expect(try await floor.state(order) == .sent)
            #expect(floor.monitor.troubles.isEmpty)
            let alive = try await floor.store.read { [now = floor.time.now] in try Nodes.alive(at: now, in: $0) }
            #expect(alive == [floor.node])
        }
    }

    @Test func `a beat that waited long in the store does not make this node look dead`() async throws {
        let order = try await sent(by: floor.node)
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            floor.store.hold()
            floor.time.advance(by: .seconds(1))
            try await floor.store.held(0)
            floor.time.advance(by: .seconds(10))
            floor.store.releaseAll()
            try await floor.time.sleepers(for: .seconds(1))
            #expect(try await floor.state(order) == .sent)
        }
    }

    @Test func `an attempt that nobody works on any more is doubted, though its node lives`() async throws {
        let order = try await sent(by: floor.node)
        try await floor.running(reconciler) { _ in
            // Its call was given up after a minute, and a minute more is left for recording what it brought.
            try await round(after: .seconds(119))
            #expect(try await floor.state(order) == .sent)
            try await round()
            try await floor.until(order, is: .unknown)
            #expect(try await floor.evidence(order).count == 1)
        }
    }

    @Test func `an order whose claim was committed without this node knowing is asked about, not left to its end`()
        async throws
    {
        let remote = ScriptedOperator()
        let order = try await sent(by: floor.node)
        let loop = RemoteLoop(floor.delivery, remote, operatorID: .simulator)
        try await floor.running(reconciler, loop) { _ in
            while remote.calls.isEmpty { try await floor.time.passShortest(upTo: .seconds(1)) }
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask)
            remote.answer(question, ScriptedOperator.yes(question.job))
            #expect(try await floor.settled(order).status == .fulfilled)
        }
    }

    @Test func `who takes the folder over doubts what every earlier process had sent, and nothing of its own`()
        async throws
    {
        let earlier = try await register()
        let orders = [try await sent(by: earlier), try await sent(by: floor.node)]
        try await reconciler.takeOver(isAlone: true)
        #expect(try await floor.state(orders[0]) == .unknown)
        #expect(try await floor.state(orders[1]) == .sent)
        try await floor.close()
    }

    @Test func `ping is right before the first round`() async throws {
        try await reconciler.takeOver(isAlone: true)
        #expect(floor.monitor.isUp(.adsl) && floor.monitor.isUp(.fourG))
        try await floor.close()
    }

    @Test func `a take-over of more orders than one step leaves none behind`() async throws {
        let earlier = try await register()
        for _ in 0..<(2 * Delivery.step + 3) { _ = try await sent(by: earlier) }
        try await reconciler.takeOver(isAlone: true)
        let open = try await floor.store.read { try StaffReading.open(in: $0) }
        #expect(open.map(\.state) == [.unknown])
        #expect(open.map(\.count) == [2 * Delivery.step + 3])
        try await floor.close()
    }

    @Test func `trouble with the store is told and over when it works again`() async throws {
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            #expect(floor.monitor.troubles.isEmpty)
            floor.store.shut(true)
            try await round()
            #expect(!floor.monitor.troubles.isEmpty)
            floor.store.shut(false)
            try await round()
            #expect(floor.monitor.troubles.isEmpty)
        }
    }

    @Test func `what ping shows follows the routes`() async throws {
        try await floor.running(reconciler) { _ in
            try await floor.time.sleepers(for: .seconds(1))
            #expect(floor.monitor.isUp(.adsl))
            #expect(floor.monitor.isUp(.fourG))
        }
    }

    @Test func `a commit of another process rings the loops`() async throws {
        let other = try SQLiteDatabase(path: floor.folder.path + "/rasid.db", migrations: Schema.migrations)
        let bell = floor.signals.worker(for: .simulator)
        try await floor.running(reconciler) { _ in
            try await round()
            _ = try await other.write { try Products.add(.adsl, .dinars(77), cost: nil, in: $0) }
            try await round()
            await bell.wait()
        }
        try await other.close()
    }
}
