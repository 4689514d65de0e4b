import RasidAccounts
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §1: what every answer has, whatever its status.
    @Suite struct EnvelopeTests {
        /// One way to get one status.
        struct Situation: CustomTestStringConvertible {
            let testDescription: String
            let status: Int
            let ask: @Sendable (LiveShop, Reseller) async throws -> RawAnswer

            init(
                _ name: String, _ status: Int,
                _ ask: @escaping @Sendable (LiveShop, Reseller) async throws -> RawAnswer
            ) {
                testDescription = name
                self.status = status
                self.ask = ask
            }
        }

        static let situations: [Situation] = [
            Situation("a good look", 200) { try await $1.sandbox.get("/v3/account/balance") },
            Situation("a sale", 200) { try await $1.sandbox.send(Order.body()) },
            Situation("ping", 200) { shop, _ in try await shop.caller(nil).get("/v3/ping") },
            Situation("health", 200) { shop, _ in try await shop.caller(nil).get("/health/live") },
            Situation("a broken body", 400) { try await $1.sandbox.send("{") },
            Situation("a bad query", 400) { try await $1.sandbox.get("/v3/internet/products") },
            Situation("a bad number", 400) { try await $1.sandbox.send(Order.body(number: "06")) },
            Situation("no key", 401) { shop, _ in try await shop.caller(nil).get("/v3/validate") },
            Situation("a wrong key", 401) { shop, _ in try await shop.caller(strangersKey()).get("/v3/validate") },
            Situation("no money", 403) { try await $1.sandbox.send(Order.body(number: "000000009")) },
            Situation("no such order", 404) { try await $1.sandbox.check(ref: "nope") },
            Situation("no such path", 404) { try await $1.sandbox.get("/v3/nope") },
            Situation("a wrong method", 405) { try await $1.sandbox.ask("DELETE", Caller.sendPath) },
            Situation("too much", 413) {
                try await $1.sandbox.send(String(repeating: " ", count: Limits.bodyBytes + 1))
            },
            Situation("another body for a used key", 422) { _, reseller in
                let headers = ["Idempotency-Key: one"]
                _ = try await reseller.sandbox.place(headers: headers)
                return try await reseller.sandbox.send(Order.body(value: "500"), headers: headers)
            },
            Situation("too often", 429) { shop, reseller in
                let settings = KeySettings(environment: .sandbox, rateLimit: RateLimit(requestsPerMinute: 1))
                let caller = shop.caller(try await shop.key(for: reseller.account, settings))
                _ = try await caller.get("/v3/validate")
                return try await caller.get("/v3/validate")
            },
            Situation("not HTTP", 400) { shop, _ in try await RawHTTP.exchange(shop.port, "GARBAGE\r\n\r\n") },
            Situation("a header too large", 431) { shop, _ in
                let large = "X-Large: " + String(repeating: "x", count: Limits.headerBytes)
                return try await shop.caller(nil).get("/v3/ping", headers: [large])
            },
            Situation("a preflight", 204) { shop, _ in try await shop.caller(nil).ask("OPTIONS", Caller.sendPath) },
            Situation("a HEAD", 200) { try await $1.sandbox.ask("HEAD", "/v3/validate") },
            Situation("a HEAD without key", 401) { shop, _ in try await shop.caller(nil).ask("HEAD", "/v3/validate") },
        ]

        @Test(arguments: situations)
        func `every answer is JSON, has its id and may be read by any page`(situation: Situation) async throws {
            let answer = try await situation.ask(shop, shop.openReseller())
            #expect(answer.status == situation.status, "\(answer.body)")
            expectEveryAnswersHeaders(answer)
            let isBodiless = situation.status == 204 || situation.testDescription.hasPrefix("a HEAD")
            #expect(answer.body.isEmpty == isBodiless)
            if !isBodiless { #expect(!answer.json.keys.isEmpty, "\(answer.body)") }
        }

        @Test func `a success has data and a time, and validate alone has no time`() async throws {
            let reseller = try await shop.openReseller()
            expectSuccess(try await reseller.sandbox.get("/v3/account/balance"))
            #expect(try await reseller.sandbox.get("/v3/validate").json.keys == ["success", "data"])
        }

        @Test func `every request has an id of its own, which the client cannot choose`() async throws {
            let reseller = try await shop.openReseller()
            var ids: Set<String> = []
            for _ in 0..<5 {
                let answer = try await reseller.sandbox.get("/v3/validate", headers: ["X-Request-Id: mine"])
                ids.insert(try #require(answer["X-Request-Id"]))
            }
            #expect(ids.count == 5 && !ids.contains("mine"))
        }

        @Test func `a failure quotes the id of its request`() async throws {
            let answer = try await shop.caller(nil).get("/v3/account/balance")
            expectFailure(answer, 401, "MISSING_ACCESS_TOKEN", "Access token is required", details: .missing)
        }
    }
}
