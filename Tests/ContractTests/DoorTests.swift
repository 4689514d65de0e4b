import RasidAccounts
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §2: lock-out, and who else is not let in.
    @Suite struct DoorTests {
        private static let looking = "/v3/validate"

        @Test func `without a key nothing is told, however often`() async throws {
            let caller = try shop.caller(nil)
            for headers in [[], ["X-Access-Token:"], ["X-Access-Token:   "]] + Array(repeating: [String](), count: 22) {
                expectFailure(
                    try await caller.get(Self.looking, headers: headers), 401, "MISSING_ACCESS_TOKEN",
                    "Access token is required", details: .missing)
            }
            // None of these counted.
            let wrong = try await shop.caller(strangersKey(), from: caller.source).get(Self.looking)
            #expect(wrong.error["details"] == .object(["attemptsLeft": 19]))
        }

        @Test func `twenty wrong keys are told how many are left, and the address is blocked whatever it shows next`()
            async throws
        {
            let reseller = try await shop.openReseller()
            let address = LiveShop.freshAddress()
            for left in (0..<20).reversed() {
                let key = left % 2 == 0 ? strangersKey() : "not-a-key-\(left)"
                expectFailure(
                    try await shop.caller(key, from: address).get(Self.looking), 401, "INVALID_ACCESS_TOKEN",
                    "The provided access token is invalid",
                    details: .object(["attemptsLeft": JSON(integerLiteral: left)]))
            }
            for key in [strangersKey(), reseller.sandbox.key, nil] {
                let answer = try await shop.caller(key, from: address).get(Self.looking)
                expectFailure(
                    answer, 403, "IP_BLOCKED",
                    "Your IP has been temporarily blocked due to too many invalid attempts")
                let wait = try #require(answer.error["details"]["retryAfter"].int)
                #expect((880...900).contains(wait))
                #expect(answer["Retry-After"] == String(wait))
                #expect(answer.error["details"].keys == ["retryAfter"])
            }
            let blocked = try shop.caller(nil, from: address)
            #expect(try await blocked.get("/v3/ping").status == 200)
            #expect(try await blocked.get("/health/live").status == 200)
            #expect(try await blocked.get("/health/ready").status == 200)
            #expect(try await blocked.ask("OPTIONS", Caller.sendPath).status == 204)
            #expect(try await blocked.get("/v3/nope").status == 404)
            #expect(try await blocked.ask("DELETE", Caller.sendPath).status == 405)
            #expect(try await reseller.sandbox.get(Self.looking).status == 200)
        }

        @Test func `of many wrong keys at once exactly twenty are counted down`() async throws {
            let address = LiveShop.freshAddress()
            let shop = try shop
            let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await shop.caller(strangersKey(), from: address).get(Self.looking) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let left = answers.compactMap { $0.error["details"]["attemptsLeft"].int }
            #expect(left.sorted() == Array(0..<20))
            #expect(answers.filter { $0.status == 403 && $0.code == "IP_BLOCKED" }.count == 20)
        }

        @Test func `what needs no key counts no wrong one`() async throws {
            let wrong = try shop.caller(strangersKey())
            for _ in 0..<6 {
                #expect(try await wrong.get("/v3/ping").status == 200)
                #expect(try await wrong.get("/health/live").status == 200)
                #expect(try await wrong.get("/v3/nope").status == 404)
                #expect(try await wrong.ask("OPTIONS", Caller.sendPath).status == 204)
            }
            #expect(try await wrong.get(Self.looking).error["details"]["attemptsLeft"].int == 19)
        }

        @Test func `a good key makes the next wrong one the first again`() async throws {
            let good = try await shop.openReseller().sandbox
            for _ in 0..<3 {
                for left in [19, 18, 17] {
                    let answer = try await shop.caller(strangersKey(), from: good.source).get(Self.looking)
                    #expect(answer.error["details"]["attemptsLeft"].int == left)
                }
                #expect(try await good.get(Self.looking).status == 200)
            }
        }

        @Test func `a key that is switched off and one from a wrong address do not count`() async throws {
            let reseller = try await shop.openReseller()
            let far = KeySettings(
                environment: .sandbox, allowedAddresses: [try #require(AddressBlock("192.0.2.1"))], rateLimit: .off)
            let foreign = try shop.caller(try await shop.key(for: reseller.account, far))
            let revoked = try await shop.key(for: reseller.account, KeySettings(environment: .sandbox))
            try await shop.revoke(revoked)
            for round in 0..<12 {
                let wrong = try await shop.caller(strangersKey(), from: foreign.source).get(Self.looking)
                #expect(wrong.error["details"]["attemptsLeft"].int == 19 - round)
                expectFailure(
                    try await shop.caller(revoked, from: foreign.source).get(Self.looking), 403, "API_DISABLED",
                    details: .missing)
                #expect(try await foreign.get(Self.looking).code == "IP_NOT_ALLOWED")
            }
        }

        @Test func `a key stops opening when its account is switched off, and opens again`() async throws {
            let reseller = try await shop.openReseller()
            #expect(try await reseller.sandbox.get(Self.looking).status == 200)
            try await shop.setEnabled(false, reseller)
            let refused = try await eventually {
                let answer = try await reseller.sandbox.get(Self.looking)
                return answer.status == 200 ? nil : answer
            }
            expectFailure(refused, 403, "API_DISABLED", details: .missing)
            #expect(try await reseller.production.send(Order.body()).code == "API_DISABLED")
            try await shop.setEnabled(true, reseller)
            _ = try await eventually { try await reseller.sandbox.get(Self.looking).status == 200 ? true : nil }
        }

        @Test func `a blocked address is free again after a quarter of an hour`() async throws {
            let time = ShiftedTime()
            try await LiveShop.run(time: time) { shop in
                let good = try await shop.openReseller().sandbox
                let wrong = shop.caller(strangersKey(), from: good.source)
                for _ in 0..<20 { #expect(try await wrong.get(Self.looking).status == 401) }
                time.advance(by: .seconds(10 * 60))
                let answer = try await good.get(Self.looking)
                #expect(answer.code == "IP_BLOCKED")
                #expect((270...300).contains(answer.error["details"]["retryAfter"].int ?? 0))
                time.advance(by: .seconds(5 * 60))
                #expect(try await good.get(Self.looking).status == 200)
                #expect(try await wrong.get(Self.looking).error["details"]["attemptsLeft"].int == 19)
            }
        }
    }
}
