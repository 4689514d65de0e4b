import RasidTesting
import Testing

extension Contract {
    /// Contract §1: unknown paths, wrong methods, preflights and HEAD.
    @Suite struct RoutingTests {
        static let reading = [
            "/v3/validate", "/v3/ping", "/v3/account/balance", "/v3/account/transactions",
            "/v3/internet/products", "/v3/internet/check-number", "/v3/internet/check-id/690161a3e9e88196b4eb6545",
            "/v3/internet/check-ref/some-ref", "/v3/internet/list", "/health/live", "/health/ready",
        ]

        @Test(arguments: [
            "/v3/nope", "/", "/v3", "/v3/", "/v2/validate", "/V3/validate", "/validate", "/v3/validate/",
            "/v3//validate", "//v3/validate", "/v3/internet/send/", "/v3/internet/check-id", "/v3/internet/check-id/",
            "/v3/internet/check-ref", "/v3/internet/check-ref/", "/v3/internet/check-ref/a/b", "/health",
        ])
        func `an unknown path is told in the bare form, with a key or without`(path: String) async throws {
            let reseller = try await shop.openReseller()
            for caller in [reseller.sandbox, try shop.caller(nil), try shop.caller("wrong")] {
                expectBare(try await caller.get(path), 404, "Not Found", "Route GET:\(path) not found")
            }
        }

        @Test(arguments: [
            "http://shop.example", "HTTP://shop.example:8080", "https://[::1]:8080", "http://user@shop.example",
            "http://under_score.example", "http://shop.example:99999999999", "http://",
        ])
        func `a target in the absolute form is its path`(origin: String) async throws {
            let caller = try await shop.openReseller().sandbox
            #expect(try await caller.get("\(origin)/v3/ping").status == 200)
            let placed = try await caller.place(ref: "a/b:c|d")
            let found = try await caller.get("\(origin)/v3/internet/check-ref/a%2Fb:c%7Cd?wait=0")
            #expect(found.data["_id"].string == placed.id, "\(found.body)")
            #expect(try await caller.get("\(origin)/v3/internet/check-ref/a%2Fb:c|d").data["_id"].string == placed.id)
            expectBare(
                try await caller.get("\(origin)/v3/internet/check-ref/%zz"), 404, "Not Found",
                "Route GET:/v3/internet/check-ref/%zz not found")
            expectFaults(try await caller.get("\(origin)/v3/internet/list?from=x"), ["from"])
            for bare in [origin, "\(origin)?x=http://shop.example/v3/ping"] {
                expectBare(try await caller.get(bare), 404, "Not Found", "Route GET:/ not found")
            }
        }

        @Test func `the bare form is the documented one to the byte`() async throws {
            let answer = try await shop.caller(nil).get("/v3/nope")
            #expect(
                answer.body == #"{"message":"Route GET:/v3/nope not found","error":"Not Found","statusCode":404}"#)
            let posted = try await shop.caller(nil).post("/v3/nope", "{}")
            expectBare(posted, 404, "Not Found", "Route POST:/v3/nope not found")
        }

        @Test(arguments: ["%", "%2", "%zz", "a%2", "%ff", "%c3", "a%C3%28", "%ed%a0%80"])
        func `a badly encoded segment is an unknown path`(segment: String) async throws {
            let path = "/v3/internet/check-ref/\(segment)"
            let answer = try await shop.openReseller().sandbox.get(path)
            expectBare(answer, 404, "Not Found", "Route GET:\(path) not found")
        }

        @Test(arguments: reading, ["POST", "PUT", "PATCH", "DELETE"])
        func `a path that is read takes no other method, with a key or without`(
            path: String, method: String
        ) async throws {
            let answer = try await shop.caller(nil).ask(method, path, body: "{}")
            expectBare(answer, 405, "Method Not Allowed", "Route \(method):\(path) not found")
            let allowed = (answer["Allow"] ?? "").split(separator: ",").map { $0.trimmingPrefix(" ") }
            #expect(allowed.contains("GET") && !allowed.contains("POST"))
        }

        @Test(arguments: ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
        func `send takes nothing but POST`(method: String) async throws {
            let answer = try await shop.caller(nil).ask(method, Caller.sendPath)
            #expect(answer.status == 405)
            let allowed = (answer["Allow"] ?? "").split(separator: ",").map { $0.trimmingPrefix(" ") }
            #expect(allowed.contains("POST") && !allowed.contains("GET"))
            guard method != "HEAD" else { return }
            expectBare(answer, 405, "Method Not Allowed", "Route \(method):/v3/internet/send not found")
        }

        @Test(arguments: reading + [Caller.sendPath])
        func `a preflight needs no key and names methods and headers`(path: String) async throws {
            let answer = try await shop.caller(nil).ask(
                "OPTIONS", path,
                headers: [
                    "Origin: https://shop.example", "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: content-type,idempotency-key,x-access-token",
                ])
            #expect(answer.status == 204)
            expectEveryAnswersHeaders(answer)
            #expect(answer.body.isEmpty)
            #expect(answer["Content-Length"] == nil && answer["Transfer-Encoding"] == nil)
            #expect(answer["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS")
            #expect(answer["Access-Control-Allow-Headers"] == "X-Access-Token, Content-Type, Idempotency-Key")
        }

        @Test func `a preflight is no answer to a request that follows it`() async throws {
            let reseller = try await shop.openReseller()
            let caller = reseller.sandbox
            try await caller.open { talk in
                try await talk.send(RawHTTP.request("OPTIONS", Caller.sendPath))
                #expect(try await talk.answer().status == 204)
                try await talk.send(caller.request("POST", Caller.sendPath, body: Order.body()))
                expectSuccess(try await talk.answer())
            }
        }

        @Test(arguments: ["/v3/validate", "/v3/ping", "/v3/internet/products?type=ADSL", "/v3/account/balance"])
        func `a HEAD is answered like its GET, body aside, and the connection goes on`(path: String) async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                try await talk.send(caller.request("GET", path))
                let whole = try await talk.answer()
                try await talk.send(caller.request("HEAD", path))
                let head = try await talk.answer(toHEAD: true)
                #expect(head.status == whole.status)
                #expect(head["Content-Length"] == whole["Content-Length"])
                #expect(head["Content-Type"] == "application/json")
                try await talk.send(caller.request("GET", path))
                #expect(try await talk.answer().status == whole.status)
            }
        }
    }
}
