import RasidAccounts
import RasidBase
import RasidTesting
import Testing

/// A rule enforced on one path and not on its twin: every way to one order is tried with every kind of key.
@Suite struct TwinPathsTests {
    /// One delivered order and every way to look at it.
    private struct Found {
        let id: String
        let topupRef: String
        let code: String

        var paths: [String] {
            let escaped = topupRef.replacing("+", with: "%2B")
            return [
                "/v3/internet/check-id/\(id)", "/v3/internet/check-id/\(id)?wait=1", "/v3/internet/check-ref/twin",
                "/v3/internet/check-ref/twin?wait=1", "/v3/internet/check-ref/\(escaped)",
                "/v3/internet/check-ref/%74win", "/v3/internet/list", "/v3/internet/list?q=twin",
                "/v3/internet/list?q=\(id)", "/v3/internet/list?q=\(escaped)", "/v3/internet/list?status=FULFILLED",
                "/v3/internet/list?number=036362608", "/v3/internet/list?from=2020-01-01&type=ADSL",
            ]
        }
    }

    private func sell(_ caller: Caller) async throws -> Found {
        let body = #"{"type":"ADSL","number":"036362608","value":500,"ref":"twin"}"#
        let sold = try await caller.post("/v3/internet/send", body)
        let id = try #require(sold.data["topupId"].string)
        for _ in 0..<10 {
            let answer = try await caller.get("/v3/internet/check-id/\(id)?wait=10")
            guard let code = answer.data["card_code"].string else { continue }
            return Found(id: id, topupRef: try #require(sold.data["topupRef"].string), code: code)
        }
        Issue.record("the order was not delivered")
        return Found(id: id, topupRef: "", code: "")
    }

    /// The code in an answer, of an order or of a list's first item; nil where there is none.
    private func code(_ answer: RawAnswer) -> String? {
        answer.data["card_code"].string ?? answer.data["topups"][0]["card_code"].string
    }

    @Test(arguments: ShopEnvironment.allCases)
    func `a masked key sees no code on any path, an open and a reading one the same on all`(
        environment: ShopEnvironment
    ) async throws {
        try await LiveShop.run { shop in
            let reseller = try await shop.openReseller()
            let open = environment == .sandbox ? reseller.sandbox : reseller.production
            let found = try await sell(open)
            let masked = shop.caller(
                try await shop.key(
                    for: reseller.account, KeySettings(environment: environment, masksCodes: true, rateLimit: .off)))
            let reading = shop.caller(
                try await shop.key(
                    for: reseller.account, KeySettings(environment: environment, isReadOnly: true, rateLimit: .off)))
            for path in found.paths {
                let hidden = try await masked.get(path)
                #expect(hidden.status == 200 && !hidden.body.contains(found.code), "\(path)")
                #expect(code(hidden)?.hasPrefix("*") == true && code(hidden)?.suffix(4) == found.code.suffix(4))
                for caller in [open, reading] { #expect(code(try await caller.get(path)) == found.code, "\(path)") }
            }
        }
    }

    @Test func `another account and the other environment find nothing on any path`() async throws {
        try await LiveShop.run { shop in
            let (owner, stranger) = (try await shop.openReseller(), try await shop.openReseller())
            let found = try await sell(owner.production)
            for path in found.paths {
                for caller in [owner.sandbox, stranger.production, stranger.sandbox] {
                    let answer = try await caller.get(path)
                    #expect(!answer.body.contains(found.code), "\(path)")
                    #expect(code(answer) == nil, "\(path)")
                    if path.contains("/list") {
                        #expect(answer.data["topups"].items.isEmpty && answer.data["items"].items.isEmpty, "\(path)")
                        #expect(answer.data["pagination"]["totalResults"].int == 0, "\(path)")
                    } else {
                        #expect(answer.status == 404 && answer.code == "NOT_FOUND", "\(path)")
                    }
                }
            }
        }
    }

    private static let everything = [
        "/v3/validate", "/v3/account/balance", "/v3/account/transactions", "/v3/internet/products?type=ADSL",
        "/v3/internet/check-number?type=ADSL&number=036362608",
    ]

    @Test func `a revoked key, one of a closed account and one from elsewhere open no path`() async throws {
        try await LiveShop.run { shop in
            let (reseller, closed) = (try await shop.openReseller(), try await shop.openReseller())
            let found = try await sell(reseller.production)
            let revoked = try await shop.key(for: reseller.account, KeySettings(environment: .production))
            try await shop.revoke(revoked)
            try await shop.setEnabled(false, closed)
            let elsewhere = KeySettings(
                environment: .production, allowedAddresses: [AddressBlock("192.0.2.0/24")].compactMap { $0 })
            let shut: [(Caller, String)] = [
                (shop.caller(revoked), "API_DISABLED"), (closed.production, "API_DISABLED"),
                (shop.caller(try await shop.key(for: reseller.account, elsewhere)), "IP_NOT_ALLOWED"),
                (shop.caller(nil), "MISSING_ACCESS_TOKEN"),
            ]
            for (caller, code) in shut {
                for path in found.paths + Self.everything {
                    for method in ["GET", "HEAD"] {
                        let answer = try await caller.ask(method, path)
                        #expect(answer.status == (caller.key == nil ? 401 : 403), "\(method) \(path)")
                        #expect(answer.code == (method == "GET" ? code : nil), "\(path)")
                    }
                }
                let body = #"{"type":"ADSL","number":"036362608","value":500}"#
                #expect(try await caller.post("/v3/internet/send", body).code == code)
            }
        }
    }

    @Test func `a key that only reads buys on no spelling of the one path that sells`() async throws {
        try await LiveShop.run { shop in
            let reseller = try await shop.openReseller()
            let settings = KeySettings(environment: .production, isReadOnly: true, rateLimit: .off)
            let reading = shop.caller(try await shop.key(for: reseller.account, settings))
            let body = #"{"type":"ADSL","number":"036362608","value":500}"#
            for path in [
                "/v3/internet/send", "/v3/internet/%73end", "/v3/internet/send?x=1",
                "http://h.example/v3/internet/send",
            ] {
                #expect(try await reading.post(path, body).code == "READ_ONLY_KEY", "\(path)")
            }
            for path in Self.everything { #expect(try await reading.get(path).status == 200, "\(path)") }
            #expect(try await reading.get("/v3/internet/list").data["pagination"]["totalResults"].int == 0)
        }
    }
}
