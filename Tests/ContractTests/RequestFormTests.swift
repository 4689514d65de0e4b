import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §1: how requests may be written.
    @Suite struct RequestFormTests {
        @Test(arguments: [
            ["Content-Type: application/json"], ["Content-Type: application/json", "Content-Length: 0"],
            ["Content-Length: 0"], ["Content-Type: text/plain; charset=nonsense"], ["Accept: text/html"],
            ["Transfer-Encoding: chunked", "X-Next: see below"],
        ])
        func `a GET may carry a content type and an empty body`(headers: [String]) async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                let end = headers.contains { $0.hasPrefix("Transfer") } ? "0\r\n\r\n" : ""
                for path in ["/v3/account/balance", "/v3/internet/products?type=4G", "/v3/internet/list"] {
                    try await talk.send(caller.request("GET", path, headers: headers) + end)
                    expectSuccess(try await talk.answer())
                }
            }
        }

        @Test func `a GET's body is ignored, whatever it is`() async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                for body in [#"{"type":"ADSL"}"#, "{", "not json"] {
                    try await talk.send(caller.request("GET", "/v3/account/balance", body: body))
                    expectSuccess(try await talk.answer())
                }
            }
        }

        @Test(arguments: [
            [], ["Content-Type: text/plain"], ["Content-Type: application/x-www-form-urlencoded"],
            ["Content-Type: application/xml"], ["Content-Type: multipart/form-data"], ["Content-Type: "],
            ["Content-Type: application/json; charset=utf-8"],
        ])
        func `a body is read as JSON whatever its content type says`(headers: [String]) async throws {
            let caller = try await shop.openReseller().sandbox
            _ = try await caller.place(headers: headers)
        }

        @Test(arguments: ["X-Access-Token", "x-access-token", "X-ACCESS-TOKEN"])
        func `the key's header may be written in any case`(name: String) async throws {
            let reseller = try await shop.openReseller()
            let key = try #require(reseller.sandbox.key)
            let answer = try await shop.caller(nil).get("/v3/validate", headers: ["\(name):   \(key)  "])
            #expect(answer.status == 200)
            #expect(answer.data["apiKey"]["key"].string == key)
        }

        @Test func `a stray Authorization is ignored, and is no key`() async throws {
            let reseller = try await shop.openReseller()
            let key = try #require(reseller.sandbox.key)
            let stray = ["Authorization: Bearer something", "Cookie: a=b"]
            expectSuccess(try await reseller.sandbox.get("/v3/account/balance", headers: stray))
            let answer = try await shop.caller(nil).get("/v3/validate", headers: ["Authorization: Bearer \(key)"])
            expectFailure(answer, 401, "MISSING_ACCESS_TOKEN", "Access token is required")
        }

        @Test func `unknown query keys and JSON keys are ignored`() async throws {
            let caller = try await shop.openReseller().sandbox
            for path in [
                "/v3/account/balance?x=1&x=2", "/v3/validate?type=nonsense&%zz=1&&=&a", "/v3/internet/list?sort=up",
                "/v3/internet/products?type=ADSL&region=16&region=17",
            ] {
                #expect(try await caller.get(path).status == 200, "\(path)")
            }
            let body = #"""
                {"type":"ADSL","webhook":{"url":[1,{"a":null}]},"number":"036362608","Value":-1,"value":500,"note":"\u0000"}
                """#
            expectSuccess(try await caller.send(body))
        }

        @Test(arguments: [
            ("/v3/internet/products?type=ADSL&type=ADSL", "type"),
            ("/v3/internet/check-number?type=ADSL&number=036362608&number=036362608", "number"),
            ("/v3/account/transactions?page=1&page=1", "page"), ("/v3/internet/list?pageSize=5&pageSize=5", "pageSize"),
            ("/v3/internet/list?from=2026-01-01&from=2026-01-01", "from"),
            ("/v3/internet/list?to=2026-01-01&%74o=2026-01-01", "to"),
            ("/v3/internet/list?status=QUEUED&status=QUEUED", "status"), ("/v3/internet/list?q=a&q=b", "q"),
            ("/v3/internet/check-ref/x?wait=1&wait=1", "wait"),
        ])
        func `a query key that the route reads, given twice, is refused`(path: String, field: String) async throws {
            expectFaults(try await shop.openReseller().sandbox.get(path), [field])
        }

        @Test func `a fixed segment may be encoded without need`() async throws {
            let caller = try await shop.openReseller().sandbox
            expectSuccess(try await caller.get("/v3/%61ccount/b%61lance"))
            #expect(try await caller.get("/v3%2Faccount/balance").status == 404)
        }

        @Test func `requests sent all at once are answered in order on one connection`() async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                var text = ""
                for index in 0..<20 {
                    text += caller.request("GET", "/v3/nope/\(index)")
                    text += caller.request("POST", Caller.sendPath, body: Order.body(ref: "pipelined-\(index)"))
                    text += caller.request("GET", "/v3/internet/check-ref/pipelined-\(index)")
                }
                try await talk.send(text)
                for index in 0..<20 {
                    #expect(try await talk.answer().body.contains("/v3/nope/\(index) "))
                    let placed = try await talk.answer()
                    expectSuccess(placed)
                    // Readable at once after send returns (contract §4).
                    let found = try await talk.answer()
                    expectSuccess(found)
                    #expect(found.data["_id"] == placed.data["topupId"])
                    #expect(found.data["ref"].string == "pipelined-\(index)")
                }
            }
        }

        @Test func `a connection serves request after request, and each key sees its own`() async throws {
            let one = try await shop.openReseller()
            let other = try await shop.openReseller(production: .dinars(77))
            try await one.sandbox.open { talk in
                for _ in 0..<3 {
                    try await talk.send(one.sandbox.request("GET", "/v3/account/balance"))
                    #expect(try await talk.answer().data["balance"].int == 100_000)
                    try await talk.send(other.production.request("GET", "/v3/account/balance"))
                    #expect(try await talk.answer().data["balance"].int == 77)
                }
                try await talk.send(one.sandbox.request("GET", "/v3/validate", headers: ["Connection: close"]))
                #expect(try await talk.answer().status == 200)
                #expect(await talk.rest().isEmpty)
            }
        }
    }
}
