import RasidAccounts
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §1 and §3: ping, health, validate and balance.
    @Suite struct AccountTests {
        @Test func `ping needs no key and names every documented operator`() async throws {
            for key in [nil, "", "wrong", strangersKey()] {
                let answer = try await shop.caller(key).get("/v3/ping")
                expectSuccess(answer)
                #expect(
                    answer.data
                        == .object([
                            "api": "ok",
                            "operators": .object([
                                "adsl": "up", "4g": "up", "mobilis": "down", "ooredoo": "down", "djezzy": "down",
                                "mobilisFixedPlans": "down",
                            ]),
                        ]))
            }
        }

        @Test(arguments: [("/health/live", "live"), ("/health/ready", "ready")])
        func `health needs no key and says that sales can be taken`(path: String, word: JSON) async throws {
            let answer = try await shop.caller(nil).get(path)
            #expect(answer.status == 200)
            expectEveryAnswersHeaders(answer)
            #expect(answer.json == .object(["status": word]))
        }

        @Test func `validate shows the key as it was made`() async throws {
            let reseller = try await shop.openReseller()
            let sandboxKey = try #require(reseller.sandbox.key)
            let answer = try await reseller.sandbox.get("/v3/validate")
            #expect(
                answer.body == """
                    {"success":true,"data":{"username":"\(reseller.username)","apiKey":{"key":"\(sandboxKey)",\
                    "isEnabled":true,"type":"SANDBOX","allowedips":[],"scope":"READ-WRITE"}}}
                    """)
            let production = try await reseller.production.get("/v3/validate").data
            #expect(production["apiKey"]["type"] == "PRODUCTION")
            #expect(production["username"].string == reseller.username)
        }

        @Test func `validate tells a read-only key and its addresses`() async throws {
            let reseller = try await shop.openReseller()
            let blocks = ["127.0.0.0/8", "192.0.2.7", "2001:db8::/32"]
            let settings = KeySettings(
                environment: .production, isReadOnly: true, allowedAddresses: blocks.compactMap { AddressBlock($0) })
            let key = try await shop.key(for: reseller.account, settings)
            let shown = try await shop.caller(key).get("/v3/validate").data["apiKey"]
            #expect(shown["scope"] == "READ-ONLY")
            #expect(shown["allowedips"].items.compactMap(\.string) == blocks)
            #expect(shown["isEnabled"] == true)
        }

        @Test func `a key is the text of a UUID of version 4`() async throws {
            let reseller = try await shop.openReseller()
            for key in [reseller.sandbox.key, reseller.production.key] {
                let form = #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
                #expect(key?.wholeMatch(of: form) != nil)
            }
        }

        @Test(arguments: [
            (132_613, "1326.13"), (95_000, "950"), (5, "0.05"), (50, "0.5"), (120, "1.2"), (1, "0.01"),
            (99_999_999_999, "999999999.99"),
        ])
        func `a balance is a number and exact to the centime`(centimes: Int64, shown: String) async throws {
            let reseller = try await shop.openReseller(production: Money(centimes: centimes))
            let answer = try await reseller.production.get("/v3/account/balance")
            expectSuccess(answer)
            #expect(answer.body.contains(#""data":{"balance":\#(shown)}"#), "\(answer.body)")
        }

        @Test func `an account starts with play money in the sandbox and nothing in production`() async throws {
            let reseller = try await shop.openReseller(production: .zero)
            #expect(try await reseller.sandbox.get("/v3/account/balance").body.contains(#"{"balance":100000}"#))
            #expect(try await reseller.production.get("/v3/account/balance").body.contains(#"{"balance":0}"#))
        }

        @Test func `the balance is what can be spent, an open order's hold taken off`() async throws {
            try await LiveShop.unhurried { shop, time in
                let caller = try await shop.openReseller().sandbox
                let sold = try await caller.place().id
                let refused = try await caller.place(number: "000000001").id
                #expect(try await caller.check(id: sold).data["status"] == "HANDLING")
                #expect(try await caller.balance() == .dinars(98_100))
                time.advance(by: .seconds(3600))
                #expect(try await caller.settled(sold)["status"] == "FULFILLED")
                #expect(try await caller.settled(refused)["status"] == "REFUNDED")
                #expect(try await caller.balance() == .dinars(99_050))
            }
        }
    }
}
