import RasidAccounts
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §2: of several reasons to refuse, the first at the door is told.
    @Suite struct DoorOrderTests {
        private static let elsewhere = "192.0.2.1"

        private func key(
            _ reseller: Reseller, isReadOnly: Bool = false, allowed: [String] = [], perMinute: Int64? = nil
        ) async throws -> String {
            let rate = perMinute.flatMap { RateLimit(requestsPerMinute: $0) } ?? .off
            return try await shop.key(
                for: reseller.account,
                KeySettings(
                    environment: .sandbox, isReadOnly: isReadOnly,
                    allowedAddresses: allowed.compactMap { AddressBlock($0) }, rateLimit: rate))
        }

        @Test func `a key that is off is told so before where it may be used`() async throws {
            let reseller = try await shop.openReseller()
            let key = try await key(reseller, isReadOnly: true, allowed: [Self.elsewhere], perMinute: 1)
            try await shop.revoke(key)
            let caller = try shop.caller(key)
            for _ in 0..<3 { #expect(try await caller.send("{").code == "API_DISABLED") }
        }

        @Test func `where a key may be used comes before how often, and costs nothing of it`() async throws {
            let reseller = try await shop.openReseller()
            let home = LiveShop.freshAddress()
            let key = try await key(reseller, isReadOnly: true, allowed: [home], perMinute: 1)
            let stranger = try shop.caller(key)
            for _ in 0..<5 {
                let answer = try await stranger.send("{")
                expectFailure(answer, 403, "IP_NOT_ALLOWED", details: .missing)
                #expect(answer.error["message"].string?.contains(stranger.source) == true)
            }
            let caller = try shop.caller(key, from: home)
            #expect(try await caller.get("/v3/validate").status == 200)
            #expect(try await caller.get("/v3/validate").status == 429)
        }

        @Test func `how often comes before what a key may do, and that before the request itself`() async throws {
            let reseller = try await shop.openReseller()
            let caller = try shop.caller(try await key(reseller, isReadOnly: true, perMinute: 1))
            expectFailure(try await caller.send("{"), 403, "READ_ONLY_KEY", details: .missing)
            #expect(try await caller.send("{").code == "RATE_LIMIT_EXCEEDED")
        }

        @Test func `a read-only key reads everything and sells nothing`() async throws {
            let reseller = try await shop.openReseller()
            let order = try await reseller.sandbox.place(ref: "mine")
            let caller = try shop.caller(try await key(reseller, isReadOnly: true))
            for path in [
                "/v3/validate", "/v3/account/balance", "/v3/account/transactions", "/v3/internet/products?type=4G",
                "/v3/internet/check-number?type=ADSL&number=036362608", "/v3/internet/check-id/\(order.id)",
                "/v3/internet/check-ref/mine", "/v3/internet/list",
            ] {
                #expect(try await caller.get(path).status == 200, "\(path)")
            }
            #expect(try await caller.settled(order.id)["card_code"].string?.isEmpty == false)
            let large = String(repeating: "x", count: 70_000)
            for body in ["", Order.body(ref: "mine"), Order.body(ref: "another"), large] {
                expectFailure(try await caller.send(body), 403, "READ_ONLY_KEY", details: .missing)
            }
            #expect(try await reseller.sandbox.list().count == 1)
        }

        @Test(arguments: ["127.0.0.0/8", "0.0.0.0/0", "127.32.0.0/11"])
        func `a key may be used from a block of addresses`(block: String) async throws {
            let reseller = try await shop.openReseller()
            let caller = try shop.caller(try await key(reseller, allowed: [Self.elsewhere, block]))
            #expect(try await caller.get("/v3/validate").status == 200)
        }

        @Test(arguments: ["127.0.0.1", "127.0.0.0/16", "::1", "10.0.0.0/8", "2001:db8::/32"])
        func `a key may not be used from outside its blocks`(block: String) async throws {
            let reseller = try await shop.openReseller()
            let caller = try shop.caller(try await key(reseller, allowed: [block]))
            expectFailure(try await caller.get("/v3/validate"), 403, "IP_NOT_ALLOWED", details: .missing)
        }
    }

    /// Who calls, seen through proxies (design §9).
    @Suite struct ForwardedForTests {
        private static let proxy = "127.66.0.1"
        private static let client = "203.0.113.7"

        private func key(for reseller: Reseller) async throws -> String {
            let allowed = [try #require(AddressBlock(Self.client)), try #require(AddressBlock("2001:db8::/64"))]
            return try await shop.key(
                for: reseller.account,
                KeySettings(environment: .sandbox, allowedAddresses: allowed, rateLimit: .off))
        }

        @Test(arguments: [
            ["X-Forwarded-For: 203.0.113.7"], ["X-Forwarded-For: 198.51.100.9, 203.0.113.7"],
            ["X-Forwarded-For: 203.0.113.7, 127.66.9.9"],
            ["X-Forwarded-For: 198.51.100.9", "X-Forwarded-For: 203.0.113.7"],
            ["X-Forwarded-For: 2001:db8::42"], ["X-Forwarded-For: 203.0.113.7:4711"],
        ])
        func `a trusted proxy says who calls, the right-most that is none of ours`(headers: [String]) async throws {
            let key = try await key(for: shop.openReseller())
            let answer = try await shop.caller(key, from: Self.proxy).get("/v3/validate", headers: headers)
            #expect(answer.status == 200, "\(answer.body)")
        }

        @Test func `what anybody else says of whom they call for is not believed`() async throws {
            let key = try await key(for: shop.openReseller())
            let caller = try shop.caller(key)
            let answer = try await caller.get("/v3/validate", headers: ["X-Forwarded-For: \(Self.client)"])
            expectFailure(answer, 403, "IP_NOT_ALLOWED", details: .missing)
            #expect(answer.error["message"].string?.contains(caller.source) == true)
        }

        @Test func `what the client itself wrote before the proxy is not believed`() async throws {
            let key = try await key(for: shop.openReseller())
            let answer = try await shop.caller(key, from: Self.proxy).get(
                "/v3/validate", headers: ["X-Forwarded-For: \(Self.client), 198.51.100.9"])
            #expect(answer.error["message"].string?.contains("198.51.100.9") == true)
        }

        @Test func `the lock-out follows the client, not the proxy, and an IPv6 customer by its network`() async throws
        {
            func wrong(_ address: String) async throws -> RawAnswer {
                let stranger = try shop.caller(strangersKey(), from: Self.proxy)
                return try await stranger.get("/v3/validate", headers: ["X-Forwarded-For: \(address)"])
            }
            for left in (0..<20).reversed() {
                let answer = try await wrong("2001:db8:7:7::\(left + 1)")
                #expect(answer.error["details"]["attemptsLeft"].int == left)
            }
            #expect(try await wrong("2001:db8:7:7::ffff").code == "IP_BLOCKED")
            #expect(try await wrong("2001:db8:7:8::1").error["details"]["attemptsLeft"].int == 19)
        }
    }
}
