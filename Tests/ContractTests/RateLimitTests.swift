import RasidAccounts
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §2: how often a key may ask.
    @Suite struct RateLimitTests {
        private func caller(_ environment: ShopEnvironment, perMinute: Int64? = nil) async throws -> Caller {
            let reseller = try await shop.openReseller()
            let rate = perMinute.flatMap { RateLimit(requestsPerMinute: $0) }
            return try shop.caller(
                try await shop.key(for: reseller.account, KeySettings(environment: environment, rateLimit: rate)))
        }

        @Test func `a request too many is told when to come back, in all three headers`() async throws {
            let caller = try await caller(.sandbox, perMinute: 2)
            for _ in 0..<2 { #expect(try await caller.get("/v3/account/balance").status == 200) }
            let answer = try await caller.get("/v3/account/balance")
            expectFailure(answer, 429, "RATE_LIMIT_EXCEEDED", "Too many requests", details: .missing)
            let wait = try #require(answer["Retry-After"].flatMap(Int.init))
            #expect((1...60).contains(wait))
            let policy = try #require(answer["RateLimit-Policy"])
            #expect(policy.wholeMatch(of: #/"[a-z]+";q=2;w=60/#) != nil)
            let rate = try #require(answer["RateLimit"])
            #expect(rate.wholeMatch(of: #/"[a-z]+";r=0;t=[0-9]+/#) != nil)
        }

        @Test(arguments: [(ShopEnvironment.sandbox, 60), (.production, 120)])
        func `a key that asks for nothing else has its environment's limit`(
            environment: ShopEnvironment, limit: Int
        ) async throws {
            let caller = try await caller(environment)
            let clock = ContinuousClock()
            let start = clock.now
            let answers = try await caller.open { talk in
                let one = caller.request("GET", "/v3/validate")
                try await talk.send(String(repeating: one, count: limit + 60))
                return try await talk.answers(limit + 60)
            }
            let seconds = Int((clock.now - start).components.seconds) + 1
            #expect(answers.prefix(limit).allSatisfy { $0.status == 200 })
            let admitted = answers.count { $0.status == 200 }
            // What has come back meanwhile is one or two a second.
            #expect((limit...(limit + seconds * limit / 60)).contains(admitted))
            let refused = try #require(answers.first { $0.status == 429 })
            #expect(refused["RateLimit-Policy"]?.contains(";q=\(limit);w=60") == true)
        }

        @Test func `a refused request touches nothing`() async throws {
            let reseller = try await shop.openReseller()
            let limit = KeySettings(environment: .sandbox, rateLimit: RateLimit(requestsPerMinute: 1))
            let caller = try shop.caller(try await shop.key(for: reseller.account, limit))
            _ = try await caller.get("/v3/validate")
            let headers = ["Idempotency-Key: refused"]
            let refused = try await caller.send(Order.body(ref: "refused"), headers: headers)
            #expect(refused.status == 429)
            #expect(try await reseller.sandbox.list().isEmpty)
            #expect(try await reseller.sandbox.balance() == .dinars(100_000))
            let placed = try await reseller.sandbox.send(Order.body(ref: "refused"), headers: headers)
            expectSuccess(placed)
            #expect(placed["Idempotency-Hit"] == nil)
        }

        @Test func `each key has its own limit`() async throws {
            let reseller = try await shop.openReseller()
            let settings = KeySettings(environment: .sandbox, rateLimit: RateLimit(requestsPerMinute: 1))
            for _ in 0..<3 {
                let caller = try shop.caller(try await shop.key(for: reseller.account, settings))
                #expect(try await caller.get("/v3/validate").status == 200)
                #expect(try await caller.get("/v3/validate").status == 429)
            }
            for _ in 0..<100 { #expect(try await reseller.sandbox.get("/v3/validate").status == 200) }
        }

        @Test func `whoever waits as long as told may ask again`() async throws {
            let time = ShiftedTime()
            try await LiveShop.run(time: time) { shop in
                let reseller = try await shop.openReseller()
                let settings = KeySettings(environment: .sandbox, rateLimit: RateLimit(requestsPerMinute: 3))
                let caller = shop.caller(try await shop.key(for: reseller.account, settings))
                for _ in 0..<3 { #expect(try await caller.get("/v3/validate").status == 200) }
                for _ in 0..<3 {
                    let answer = try await caller.get("/v3/validate")
                    #expect(answer.status == 429)
                    time.advance(by: .seconds(try #require(answer["Retry-After"].flatMap(Int.init))))
                    #expect(try await caller.get("/v3/validate").status == 200)
                }
                time.advance(by: .seconds(60))
                for _ in 0..<3 { #expect(try await caller.get("/v3/validate").status == 200) }
            }
        }

        @Test func `a wrong key is no request of any key`() async throws {
            let caller = try await caller(.sandbox, perMinute: 2)
            for status in [200, 200, 429] {
                for _ in 0..<5 {
                    let stranger = try shop.caller(strangersKey(), from: caller.source)
                    let answer = try await stranger.get("/v3/account/balance")
                    expectFailure(answer, 401, "INVALID_ACCESS_TOKEN")
                    #expect(answer["RateLimit"] == nil && answer["RateLimit-Policy"] == nil)
                }
                #expect(try await caller.get("/v3/account/balance").status == status)
            }
        }

        @Test func `health and ping have no limit`() async throws {
            let caller = try shop.caller(nil)
            for path in ["/v3/ping", "/health/live", "/health/ready"] {
                for _ in 0..<70 { #expect(try await caller.get(path).status == 200) }
            }
        }
    }
}
