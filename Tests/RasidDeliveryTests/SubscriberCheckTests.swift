import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import Synchronization
import Testing

@testable import RasidDelivery

/// Who is asked whether a number is a subscriber, and what is shown of the answer.
struct SubscriberCheckTests {
    private let shop: TestShop
    private let number = ServiceNumber(stored: "036362608", type: .adsl)

    init() async throws {
        shop = try await TestShop()
        for (id, name) in [(3, "first"), (4, "second")] {
            let insert = Statement(
                "INSERT INTO operators (id, name, kind, needs_card) VALUES (\(id), '\(name)', 'gateway', 0)")
            try shop.database.commit { _ = try $0.run(insert) }
        }
        try shop.database.commit { try Routes.set(.adsl, nil, to: ["voucher", "first", "second"], in: $0) }
    }

    private func answer(
        _ words: [SubscriberWord], checksNumbers: Bool = true, in environment: ShopEnvironment = .production
    ) async -> SubscriberAnswer {
        var capabilities = OperatorCapabilities(checksNumbers: true, isSafeToRepeat: false, settlingTime: .zero)
        var members = [OperatorID.voucher: FleetMember(name: "voucher", driver: .voucher)]
        for (index, word) in words.enumerated() {
            capabilities.checksNumbers = index > 0 || checksNumbers
            let scripted = ScriptedOperator(capabilities, word: word)
            members[OperatorID(Int64(3 + index))] = FleetMember(name: "\(index)", driver: .remote(scripted))
        }
        let simulator = Simulator(delay: .seconds(3), time: shop.time)
        members[.simulator] = FleetMember(name: "simulator", driver: .remote(simulator))
        let check = SubscriberCheck(OperatorFleet(members), database: shop.database, time: shop.time)
        return await check.check(number, for: WalletID(account: AccountID(1), environment: environment))
    }

    @Test(arguments: [("1102212345", "11022*****"), ("12345", "*****"), ("123", "*****"), ("", "*****")])
    func `the last five characters of a client's number are never shown`(client: String, shown: String) async {
        let answer = await answer([.subscriber(clientNumber: client, offer: "FTTc-b_10M'")])
        #expect(answer == .subscriber(clientNumber: shown, offer: "FTTc-b_10M'"))
    }

    @Test func `operators are asked in the route's order until one can tell`() async {
        #expect(await answer([.notASubscriber, .subscriber(clientNumber: "1", offer: nil)]) == .notASubscriber)
        #expect(await answer([.cannotTell, .notASubscriber]) == .notASubscriber)
        #expect(await answer([.cannotTell, .cannotTell]) == .cannotTell)
    }

    @Test func `an operator that checks no numbers is not asked`() async {
        #expect(await answer([.notASubscriber, .cannotTell], checksNumbers: false) == .cannotTell)
    }

    @Test func `a shop that sells its own cards alone cannot tell`() async {
        #expect(await answer([]) == .cannotTell)
    }

    @Test func `the sandbox asks the simulator`() async {
        guard case .subscriber(let client, _) = await answer([.notASubscriber], in: .sandbox) else {
            Issue.record("the simulator does not know the number")
            return
        }
        #expect(client.hasSuffix("*****"))
        #expect(client.count == 10)
    }

    @Test func `a store that does not work is no reason not to sell`() async throws {
        try shop.database.close()
        #expect(await answer([.notASubscriber]) == .cannotTell)
    }

    @Test func `an answer is believed for a minute, and an account's questions have a bound of their own`() async throws
    {
        let asked = CountingOperator()
        let fleet = OperatorFleet([OperatorID(3): FleetMember(name: "first", driver: .remote(asked))])
        let check = SubscriberCheck(fleet, database: shop.database, time: shop.time)
        func number(_ index: Int) -> ServiceNumber {
            ServiceNumber(stored: "0360000" + (index < 10 ? "0" : "") + "\(index)", type: .adsl)
        }
        for _ in 0..<5 { #expect(await check.check(number(1), for: shop.production) == .notASubscriber) }
        #expect(asked.count == 1)
        for index in 2...Limits.numberChecksPerMinute {
            #expect(await check.check(number(index), for: shop.production) == .notASubscriber)
        }
        // One number more is one too many: the shop cannot tell, and says nothing that a scan could use.
        #expect(await check.check(number(99), for: shop.production) == .cannotTell)
        #expect(asked.count == Limits.numberChecksPerMinute)
        let other = WalletID(account: AccountID(77), environment: .production)
        #expect(await check.check(number(99), for: other) == .notASubscriber)
        shop.time.advance(by: .seconds(61))
        #expect(await check.check(number(1), for: shop.production) == .notASubscriber)
        #expect(asked.count == Limits.numberChecksPerMinute + 2)
    }
}

/// Knows nobody, and counts who asks.
private final class CountingOperator: Operator {
    private let asked = Atomic<Int>(0)

    var count: Int { asked.load(ordering: .relaxed) }

    let capabilities = OperatorCapabilities(checksNumbers: true, isSafeToRepeat: true, settlingTime: .zero)

    func check(_ number: ServiceNumber) async -> SubscriberWord {
        asked.wrappingAdd(1, ordering: .relaxed)
        return .notASubscriber
    }

    func recharge(_ job: Job) async -> OperatorAnswer { OperatorAnswer(.unknown, words: "not called") }
    func ask(_ job: Job) async -> OperatorAnswer { OperatorAnswer(.unknown, words: "not called") }
}
