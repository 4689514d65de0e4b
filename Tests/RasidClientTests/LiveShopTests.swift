import Foundation
import RasidBase
import RasidClient
import RasidTesting
import Testing

@Suite("Against a whole shop")
struct LiveShopTests {
    private func client(_ caller: Caller) throws -> TopupClient {
        let url = try #require(URL(string: "http://127.0.0.1:\(caller.port)"))
        return TopupClient(.init(baseURL: url, key: AccessKey(try #require(caller.key))))
    }

    @Test
    func `A card is sold in the sandbox and found in every list`() async throws {
        try await LiveShop.run { shop in
            let client = try self.client(try await shop.openReseller().sandbox)
            let products = try await client.products(of: .adsl)
            #expect(products.map(\.value) == [500, 1000, 2000, 3000].map { .dinars($0) })
            let before = try await client.balance()

            let request = SendRequest(type: .adsl, number: "036362608", value: .dinars(500))
            let accepted = try await client.send(request)
            let topup = try await client.waitUntilFinal(id: accepted.id, upTo: .seconds(60))
            #expect(topup.status == .fulfilled && topup.card?.code.isEmpty == false)
            #expect(topup.reference == request.reference)

            let again = try await client.send(request)
            #expect(again.wasKnown && again.id == accepted.id)
            let cost = try #require(products.first?.cost)
            #expect(try await client.balance() == before - cost)
            #expect(try await client.topup(reference: try #require(accepted.fullReference)) == topup)

            var listed: [Topup] = []
            for try await topup in client.topups(pageSize: 1) { listed.append(topup) }
            #expect(listed == [topup])
            var lines: [Transaction] = []
            for try await line in client.transactions(pageSize: 1) { lines.append(line) }
            #expect(lines.map(\.kind) == [.order, .deposit])
            #expect(lines.first?.object == accepted.id)
        }
    }

    @Test
    func `A number that is refused is refunded, and the reason is told`() async throws {
        try await LiveShop.run { shop in
            let client = try self.client(try await shop.openReseller().sandbox)
            let accepted = try await client.send(SendRequest(type: .fourG, number: "213000000001", value: .dinars(500)))
            let topup = try await client.waitUntilFinal(reference: accepted.reference, upTo: .seconds(60))
            #expect(topup.refundReason == .numberRejected && topup.refundMessage != nil && topup.card == nil)
        }
    }

    @Test
    func `Refusals bear the contract's codes and details`() async throws {
        try await LiveShop.run { shop in
            let reseller = try await shop.openReseller(production: .dinars(100))
            let sandbox = try self.client(reseller.sandbox)
            func refusal(_ number: String, _ value: Int64 = 500) async throws -> TopupError {
                try await topupError {
                    try await sandbox.send(SendRequest(type: .adsl, number: number, value: .dinars(value)))
                }
            }
            #expect(try await refusal("000000007").code == .phone)
            #expect(try await refusal("0363").code == .phone)
            #expect(try await refusal("000000008").code == .outOfStock)
            #expect(try await refusal("000000009").code == .insufficientBalance)
            #expect(try await refusal("036362608", 123).faults.map(\.field) == ["value"])
            #expect(try await topupError { try await sandbox.topup(id: Sample.id) }.code == .notFound)
            #expect(
                try await topupError { try await sandbox.checkNumber("000000007", for: .adsl) }.code == .phone)

            let production = try self.client(reseller.production)
            let error = try await topupError {
                try await production.send(SendRequest(type: .adsl, number: "036362608", value: .dinars(500)))
            }
            #expect(error.requiredBalance == .dinars(475) && error.availableBalance == .dinars(100))
            #expect(error.outcome == .nothingStarted && error.requestID?.isEmpty == false)
        }
    }

    @Test
    func `What a key may do, whether the service answers, and a wrong key`() async throws {
        try await LiveShop.run { shop in
            let reseller = try await shop.openReseller()
            let client = try self.client(reseller.sandbox)
            let scope = try await client.validate()
            #expect(scope.username == reseller.username && scope.environment == .sandbox)
            #expect(scope.isEnabled && !scope.isReadOnly)
            let state = try await client.ping()
            #expect(state.isHealthy && state.isUp(.adsl) != nil)
            #expect(try await client.checkNumber("036362608", for: .adsl).isConfirmed)

            let wrong = try self.client(shop.caller("00000000-0000-4000-8000-000000000000"))
            let error = try await topupError { try await wrong.balance() }
            #expect(error.code == .invalidAccessToken && error.attemptsLeft != nil)
        }
    }
}
