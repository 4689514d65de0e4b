import RasidAccounts
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct DoorTests {
    @Test func `a missing key and an empty one are told so, and do not count`() async throws {
        try await TestShop.run { shop in
            for _ in 0..<25 {
                let answer = try await shop.ask("GET", "/v3/validate", key: nil)
                #expect(answer.status == 401)
                #expect(answer.code == "MISSING_ACCESS_TOKEN")
            }
            #expect(try await shop.ask("GET", "/v3/validate", key: "").code == "MISSING_ACCESS_TOKEN")
        }
    }

    @Test func `wrong keys count down and then shut the door, whatever key comes next`() async throws {
        var settings = DoorSettings()
        settings.invalidKeysPerAddress = 3
        try await TestShop.run(door: settings) { shop in
            for left in [2, 1, 0] {
                let answer = try await shop.get("/v3/account/balance", key: "nonsense-\(left)")
                #expect(answer.status == 401)
                #expect(answer.body.contains(#""details":{"attemptsLeft":\#(left)}"#))
            }
            let shut = try await shop.get("/v3/account/balance")
            #expect(shut.status == 403)
            #expect(shut.code == "IP_BLOCKED")
            // Whole seconds of what is left; the machine may be busy.
            let left = try #require(shut.headers["retry-after"].flatMap(Int.init))
            #expect((870...900).contains(left))
            #expect(shut.body.contains(#""details":{"retryAfter":\#(left)}"#))
            #expect(try await shop.ask("GET", "/v3/ping", key: nil).status == 200)
            #expect(try await shop.ask("GET", "/v3/nope", key: nil).status == 404)
        }
    }

    @Test func `a trusted proxy's clients are told apart`() async throws {
        var settings = DoorSettings()
        settings.invalidKeysPerAddress = 1
        let loopback = AddressBlock("127.0.0.0/8").map { [$0] } ?? []
        try await TestShop.run(door: settings) {
            $0.trustedProxies = loopback
        } _: { shop in
            _ = try await shop.get("/v3/validate", key: "wrong", headers: ["X-Forwarded-For: 203.0.113.7"])
            let blocked = try await shop.get("/v3/validate", headers: ["X-Forwarded-For: 198.51.100.1, 203.0.113.7"])
            #expect(blocked.code == "IP_BLOCKED")
            let other = try await shop.get("/v3/validate", headers: ["X-Forwarded-For: 203.0.113.8"])
            #expect(other.status == 200)
        }
    }

    @Test func `an address that a key does not name is told its own`() async throws {
        try await TestShop.run { shop in
            let elsewhere = AddressBlock("192.0.2.0/24").map { [$0] } ?? []
            let key = try shop.key(KeySettings(environment: .sandbox, allowedAddresses: elsewhere))
            let answer = try await shop.get("/v3/validate", key: key)
            #expect(answer.code == "IP_NOT_ALLOWED")
            #expect(answer.text("message")?.contains("127.0.0.1") == true)
        }
    }

    @Test func `a read-only key may look and not buy`() async throws {
        try await TestShop.run { shop in
            let key = try shop.key(KeySettings(environment: .sandbox, isReadOnly: true))
            #expect(try await shop.get("/v3/account/balance", key: key).status == 200)
            let answer = try await shop.send("{", key: key)
            #expect(answer.status == 403)
            #expect(answer.code == "READ_ONLY_KEY")
        }
    }

    @Test func `a limited key is told its rate on every answer, and how long to wait when it is spent`() async throws {
        try await TestShop.run { shop in
            let limit = try #require(RateLimit(requestsPerMinute: 2))
            let key = try shop.key(KeySettings(environment: .sandbox, rateLimit: limit))
            let first = try await shop.get("/v3/account/balance", key: key)
            #expect(first.headers["ratelimit-policy"] == #""default";q=2;w=60"#)
            #expect(first.headers["ratelimit"]?.hasPrefix(#""default";r=1;t="#) == true)
            let second = try await shop.get("/v3/internet/check-ref/nope", key: key)
            #expect(second.status == 404)
            #expect(second.headers["ratelimit"]?.hasPrefix(#""default";r=0;t="#) == true)
            let third = try await shop.get("/v3/account/balance", key: key)
            #expect(third.status == 429)
            #expect(third.code == "RATE_LIMIT_EXCEEDED")
            #expect(third.text("message") == "Too many requests")
            #expect(third.headers["ratelimit-policy"] == #""default";q=2;w=60"#)
            #expect((1...60).contains(try #require(third.headers["retry-after"].flatMap(Int.init))))
            let unlimited = try await shop.get("/v3/account/balance")
            #expect(unlimited.headers["ratelimit"] == nil)
        }
    }
}
