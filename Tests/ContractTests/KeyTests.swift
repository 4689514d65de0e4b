import Foundation
import RasidAccounts
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §2, §3 and §4: what a key may see, and whose.
    @Suite struct KeyTests {
        @Test func `a key made for it sees all but the last four characters of a code masked`() async throws {
            let reseller = try await shop.openReseller()
            for environment in ShopEnvironment.allCases {
                let open = environment == .sandbox ? reseller.sandbox : reseller.production
                let settings = KeySettings(environment: environment, masksCodes: true, rateLimit: .off)
                let masked = try shop.caller(try await shop.key(for: reseller.account, settings))
                let id = try await masked.place(value: "500", ref: "masked").id
                let code = try #require(try await open.settled(id)["card_code"].string)
                #expect(!code.contains("*"))
                let shown = String(repeating: "*", count: code.count - 4) + code.suffix(4)
                #expect(try await masked.check(id: id).data["card_code"].string == shown)
                #expect(try await masked.check(ref: "masked", "?wait=1").data["card_code"].string == shown)
                for query in ["", "?status=FULFILLED", "?q=masked"] {
                    let answer = try await masked.get("/v3/internet/list\(query)")
                    #expect(answer.data["topups"][0]["card_code"].string == shown)
                    #expect(answer.data["items"][0]["card_code"].string == shown)
                    #expect(!answer.body.contains(code))
                }
                #expect(try await open.list()[0]["card_code"].string == code)
            }
        }

        @Test func `another account's order is not found, and its ref is free`() async throws {
            let one = try await shop.openReseller()
            let other = try await shop.openReseller()
            let placed = try await one.sandbox.place(ref: "shared")
            expectFailure(try await other.sandbox.check(id: placed.id), 404, "NOT_FOUND")
            expectFailure(try await other.sandbox.check(ref: "shared"), 404, "NOT_FOUND")
            expectFailure(try await other.sandbox.check(ref: encoded(placed.topupRef)), 404, "NOT_FOUND")
            #expect(try await other.sandbox.list().isEmpty)
            #expect(try await other.sandbox.list("?q=\(placed.id)").isEmpty)
            let own = try await other.sandbox.place(ref: "shared")
            #expect(own.id != placed.id)
            #expect(try await other.sandbox.check(ref: "shared").data["_id"].string == own.id)
        }

        @Test func `the environments never see each other's orders, money, cards or references`() async throws {
            let reseller = try await shop.openReseller()
            var ids: [String] = []
            let callers = [reseller.sandbox, reseller.production]
            for caller in callers { ids.append(try await caller.place(value: "500", ref: "both").id) }
            for (index, caller) in callers.enumerated() {
                #expect(try await caller.check(ref: "both").data["_id"].string == ids[index])
                expectFailure(try await caller.check(id: ids[1 - index]), 404, "NOT_FOUND")
                #expect(try await caller.list().compactMap { $0["_id"].string } == [ids[index]])
                #expect(try await caller.list("?q=\(ids[1 - index])").isEmpty)
                #expect(try await caller.settled(ids[index])["status"] == "FULFILLED")
            }
            #expect(try await reseller.sandbox.balance() == .dinars(99_525))
            #expect(try await reseller.production.balance() == .dinars(9_525))
        }

        @Test func `all keys of one wallet see the same`() async throws {
            let reseller = try await shop.openReseller()
            let second = try shop.caller(
                try await shop.key(for: reseller.account, KeySettings(environment: .sandbox, rateLimit: .off)))
            let id = try await second.place(ref: "by-second").id
            #expect(try await reseller.sandbox.check(ref: "by-second").data["_id"].string == id)
            #expect(try await reseller.sandbox.send(Order.body(ref: "by-second")).code == "DUPLICATED_REF")
        }

        @Test func `a key is kept only as a hash, and neither it nor a code or a number is ever logged`() async throws {
            try await LiveShop.run { shop in
                let reseller = try await shop.openReseller()
                var secrets = try [reseller.sandbox, reseller.production].map { try #require($0.key) }
                for caller in [reseller.sandbox, reseller.production] {
                    let order = try await caller.settled(try await caller.place(ref: "very-own-ref").id)
                    secrets.append(try #require(order["card_code"].string))
                }
                let wrong = strangersKey()
                _ = try await shop.caller(wrong).get("/v3/validate?token=\(wrong)")
                for name in TestEngine.isSQLite ? ["rasid.db", "rasid.db-wal"] : [] {
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(shop.path)/\(name)"))
                    for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)") }
                }
                let log = try shop.logLines().joined(separator: "\n")
                #expect(!log.isEmpty)
                for secret in secrets + [wrong, "036362608", "very-own-ref"] { #expect(!log.contains(secret)) }
            }
        }
    }
}
