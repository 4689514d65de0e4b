import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import Testing

@testable import RasidDelivery

/// What becomes of orders whose operator cannot have them now.
@Suite(.timeLimit(.minutes(1)))
struct GateTests {
    private let floor: DeliveryFloor
    private let first = OperatorID(3)
    private let second = OperatorID(4)

    init() async throws {
        floor = try await DeliveryFloor()
        try await floor.stock(0)
        try await floor.store.write { transaction in
            for name in ["first", "second"] { _ = try Routes.add(name, kind: "gateway", in: transaction) }
            try Routes.set(.adsl, nil, to: ["first"], in: transaction)
        }
    }

    private func route(_ names: String...) async throws {
        try await floor.store.write { try Routes.set(.adsl, nil, to: names, in: $0) }
    }

    private func settings(cap: Money? = nil, isPaused: Bool = false) -> OperatorSettings {
        OperatorSettings(
            operatorID: first, url: "http://127.0.0.1:9/", sealedSecret: [], deadline: .seconds(60),
            settlingTime: .zero, concurrency: 4, dailyCap: cap, isPaused: isPaused)
    }

    private func fleet(
        _ remote: ScriptedOperator, _ other: ScriptedOperator? = nil, settings: OperatorSettings? = nil
    ) -> OperatorFleet {
        var members = [first: FleetMember(name: "first", driver: .remote(remote), settings: settings)]
        if let other { members[second] = FleetMember(name: "second", driver: .remote(other)) }
        return OperatorFleet(members)
    }

    private func breakFirst() {
        for _ in 0..<Limits.faultsUntilDown {
            _ = floor.monitor.gates.heard(
                OperatorAnswer(.unknown, words: "nothing"), from: first, wasOrder: true, at: floor.time.monotonic,
                now: floor.time.now)
        }
    }

    /// Lets time go on until an order has that state.
    private func advancing(_ order: OrderID, to state: OrderState) async throws {
        while try await floor.state(order) != state {
            try await floor.time.passShortest(upTo: .seconds(1))
            await Task.yield()
        }
    }

    @Test func `while it is down its orders wait as QUEUED, unsent, and go out when it answers again`() async throws {
        let remote = ScriptedOperator()
        breakFirst()
        let loop = RemoteLoop(floor.delivery, fleet(remote), operatorID: first)
        try await floor.running(loop) { _ in
            let orders = try await floor.place(3, in: floor.production)
            for order in orders {
                #expect(try await floor.settled(order, in: floor.production).status == .queued)
                #expect(try await floor.state(order) == .queued)
            }
            #expect(remote.calls.isEmpty)
            try await advancing(orders[0], to: .sent)
            let trial = try await remote.nextCall()
            #expect(remote.calls.count == 1)
            remote.answer(trial, ScriptedOperator.yes(trial.job))
            try await floor.until(trial.job.order, is: .fulfilled)
            for order in orders where order != trial.job.order { try await advancing(order, to: .sent) }
            for call in try await remote.nextCalls(2) { remote.answer(call, ScriptedOperator.yes(call.job)) }
            for order in orders { try await floor.until(order, is: .fulfilled) }
            #expect(try await floor.isClean())
        }
    }

    @Test func `a second supplier takes what the first, being down, was never sent`() async throws {
        try await route("first", "second")
        let (remote, other) = (ScriptedOperator(), ScriptedOperator())
        breakFirst()
        let fleet = fleet(remote, other)
        try await floor.running(
            RemoteLoop(floor.delivery, fleet, operatorID: first), RemoteLoop(floor.delivery, fleet, operatorID: second)
        ) { _ in
            let order = try await floor.place(in: floor.production)
            let call = try await other.nextCall()
            #expect(call.job.order == order)
            other.answer(call, ScriptedOperator.yes(call.job))
            #expect(try await floor.settled(order, in: floor.production).status == .fulfilled)
            #expect(remote.calls.isEmpty)
        }
    }

    @Test func `never after silence: an order in doubt stays with the one that may have delivered it`() async throws {
        try await route("first", "second")
        let (remote, other) = (ScriptedOperator(), ScriptedOperator())
        let fleet = fleet(remote, other)
        try await floor.running(
            RemoteLoop(floor.delivery, fleet, operatorID: first), RemoteLoop(floor.delivery, fleet, operatorID: second)
        ) { _ in
            let order = try await floor.place(in: floor.production)
            let call = try await remote.nextCall()
            breakFirst()
            remote.answer(call, .unknown)
            try await floor.until(order, is: .unknown)
            for _ in 0..<5 {
                try await floor.time.sleepers(for: .seconds(1))
                floor.time.advance(by: .seconds(1))
            }
            #expect(try await floor.state(order) == .unknown)
            #expect(other.calls.isEmpty)
        }
    }

    @Test func `one that lacks the shop's money gets no more orders, but is asked about those it has`() async throws {
        let remote = ScriptedOperator()
        let loop = RemoteLoop(floor.delivery, fleet(remote), operatorID: first)
        try await floor.running(loop) { _ in
            let doubtful = try await floor.place(in: floor.production)
            remote.answer(try await remote.nextCall(), .unknown)
            try await floor.until(doubtful, is: .unknown)
            let poor = try await floor.place(in: floor.production)
            remote.answer(
                try await remote.nextCall(), .later(after: .seconds(300)), trouble: .noMoney)
            #expect(try await floor.settled(poor, in: floor.production).status == .queued)
            let next = try await floor.place(in: floor.production)
            #expect(try await floor.settled(next, in: floor.production).status == .queued)
            #expect(floor.monitor.gates.closing(of: first) == .trouble(.noMoney))
            try await floor.time.sleepers(for: .seconds(1))
            floor.time.advance(by: .seconds(2))
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask && question.job.order == doubtful)
            remote.answer(question, ScriptedOperator.yes(question.job))
            try await floor.until(doubtful, is: .fulfilled)
            // What it says of an old order tells nothing of the money.
            #expect(floor.monitor.gates.closing(of: first) == .trouble(.noMoney))
            let now = floor.time.now
            _ = floor.monitor.gates.saw(balance: .dinars(10), of: first, at: now)
            #expect(floor.monitor.gates.closing(of: first) != nil)
            _ = floor.monitor.gates.saw(balance: .dinars(5000), of: first, at: now)
            #expect(floor.monitor.gates.closing(of: first) == nil)
        }
    }

    @Test func `its day's cap stops it, the rest waits for midnight`() async throws {
        let remote = ScriptedOperator()
        remote.answerAll(.refused(.operatorRejected))
        let fleet = fleet(remote, settings: settings(cap: .dinars(1000)))
        let loop = RemoteLoop(floor.delivery, fleet, operatorID: first)
        try await floor.running(loop) { _ in
            // What was refused does not count.
            for _ in 0..<3 {
                let order = try await floor.place(in: floor.production)
                try await floor.until(order, is: .refunded)
            }
            remote.answerAll(.pending(isQueued: false))
            let bought = try await floor.place(in: floor.production)
            try await floor.until(bought, is: .unknown)
            let waiting = try await floor.place(in: floor.production)
            #expect(try await floor.settled(waiting, in: floor.production).status == .queued)
            #expect(try await floor.evidence(waiting).contains { $0.contains("day full") })
            #expect(remote.calls.filter { $0.job.order == waiting }.isEmpty)
        }
    }

    @Test func `a paused one gets nothing, and everything once it is resumed`() async throws {
        let remote = ScriptedOperator()
        let fleet = fleet(remote, settings: settings(isPaused: true))
        try await floor.running(RemoteLoop(floor.delivery, fleet, operatorID: first)) { _ in
            let order = try await floor.place(in: floor.production)
            #expect(try await floor.settled(order, in: floor.production).status == .queued)
            fleet.replace(
                with: [first: FleetMember(name: "first", driver: .remote(remote), settings: settings())])
            try await advancing(order, to: .sent)
        }
    }

    @Test func `explicitly out of stock, the order goes on to the shop's own cards`() async throws {
        try await floor.stock(1)
        try await route("first", "voucher")
        let remote = ScriptedOperator()
        remote.answerAll(.refused(.outOfStock))
        try await floor.running(
            RemoteLoop(floor.delivery, fleet(remote), operatorID: first),
            VoucherLoop(floor.delivery, operatorID: .voucher)
        ) { _ in
            let (lucky, late) = (
                try await floor.place(in: floor.production), try await floor.place(in: floor.production)
            )
            let ends = [
                try await floor.settled(lucky, in: floor.production),
                try await floor.settled(late, in: floor.production),
            ]
            #expect(Set(ends.map(\.status)) == [.fulfilled, .refunded])
            #expect(ends.compactMap(\.refundReason) == [.outOfStock])
            #expect(try await floor.isClean())
        }
    }

    @Test func `what it has queued is shown QUEUED, asked about and never sent again`() async throws {
        let remote = ScriptedOperator()
        try await floor.running(RemoteLoop(floor.delivery, fleet(remote), operatorID: first)) { _ in
            let order = try await floor.place(in: floor.production)
            remote.answer(try await remote.nextCall(), .pending(isQueued: true))
            #expect(try await floor.settled(order, in: floor.production).status == .queued)
            #expect(try await floor.state(order) == .unknown)
            for _ in 0..<61 {
                try await floor.time.sleepers(for: .seconds(1))
                floor.time.advance(by: .seconds(1))
            }
            let question = try await remote.nextCall()
            #expect(question.purpose == .ask)
            remote.answer(question, ScriptedOperator.yes(question.job))
            try await floor.until(order, is: .fulfilled)
            #expect(remote.calls.filter { $0.purpose == .recharge }.count == 1)
        }
    }

    @Test func `a trial after a lack of money is an order, however many questions are due`() async throws {
        let remote = ScriptedOperator()
        let loop = RemoteLoop(floor.delivery, fleet(remote), operatorID: first)
        try await floor.running(loop) { _ in
            let doubtful = try await floor.place(2, in: floor.production)
            for call in try await remote.nextCalls(2) { remote.answer(call, .unknown) }
            for order in doubtful { try await floor.until(order, is: .unknown) }
            let poor = try await floor.place(in: floor.production)
            remote.answer(try await remote.nextCall(), .later(after: .seconds(300)), trouble: .noMoney)
            #expect(try await floor.settled(poor, in: floor.production).status == .queued)
            remote.answerAll(.pending(isQueued: false))
            try await advancing(poor, to: .unknown)
            #expect(floor.monitor.gates.closing(of: first) == nil)
        }
    }

    @Test func `one that was down long ago may be tried again, and is nobody's reason to wait`() {
        breakFirst()
        let now = floor.time.monotonic
        #expect(floor.monitor.gates.closed(at: now) == [first])
        #expect(floor.monitor.gates.closed(at: now + Limits.shortestBreak.milliseconds).isEmpty)
        // A word in the background ends it, too.
        #expect(floor.monitor.gates.answers(first) != nil)
        #expect(floor.monitor.gates.closing(of: first) == nil)
    }

    @Test func `orders of an operator whose settings cannot be used go on, or wait as QUEUED`() async throws {
        let unusable = OperatorFleet([first: FleetMember(name: "first", driver: .unusable)])
        try await floor.running(RemoteLoop(floor.delivery, unusable, operatorID: first)) { _ in
            let order = try await floor.place(in: floor.production)
            #expect(try await floor.settled(order, in: floor.production).status == .queued)
        }
    }

    @Test func `a key that may not sell closes it, and a change of its settings opens it`() {
        let gates = floor.monitor.gates
        #expect(gates.answers(first, trouble: .wrongKey, at: floor.time.monotonic) != nil)
        #expect(gates.closing(of: first) == .trouble(.wrongKey))
        #expect(gates.answers(first, trouble: nil, at: floor.time.monotonic) != nil)
        #expect(gates.closing(of: first) == nil)
        breakFirst()
        gates.forget(first)
        #expect(gates.closing(of: first) == nil)
    }

    @Test func `nothing goes on to a supplier that has said that it is out of it`() async throws {
        try await route("first", "second")
        let (remote, other) = (ScriptedOperator(), ScriptedOperator())
        let fleet = fleet(remote, other)
        let second = second
        let said = SupplierOffer(
            type: .adsl, value: .dinars(1000), cost: .dinars(940), isAvailable: false, seenAt: floor.time.now)
        try await floor.store.write { try SupplierOffers.replace([said], of: second, in: $0) }
        breakFirst()
        try await floor.running(
            RemoteLoop(floor.delivery, fleet, operatorID: first), RemoteLoop(floor.delivery, fleet, operatorID: second)
        ) { _ in
            let order = try await floor.place(in: floor.production)
            #expect(try await floor.settled(order, in: floor.production).status == .queued)
            #expect(other.calls.isEmpty)
        }
    }
}
