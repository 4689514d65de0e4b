import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
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
        var operators: [OperatorID: InstalledOperator] = [.voucher: .voucher]
        for (index, word) in words.enumerated() {
            capabilities.checksNumbers = index > 0 || checksNumbers
            operators[OperatorID(Int64(3 + index))] = .remote(ScriptedOperator(capabilities, word: word))
        }
        operators[.simulator] = .remote(Simulator(delay: .seconds(3), time: shop.time))
        return await SubscriberCheck(operators: operators, database: shop.database).check(number, in: environment)
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
}
