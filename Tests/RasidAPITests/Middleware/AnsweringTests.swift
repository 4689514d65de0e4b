import Logging
import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

@testable import RasidAPI

@Suite struct AnsweringTests {
    @Test func `an unknown path is told in the bare form, with or without a key`() async throws {
        try await TestShop.run { shop in
            for key in [nil, shop.sandboxKey, "nonsense"] {
                let answer = try await shop.ask("GET", "/v3/nope?key=secret", key: key)
                #expect(answer.status == 404)
                #expect(
                    answer.body == #"{"message":"Route GET:/v3/nope not found","error":"Not Found","statusCode":404}"#)
            }
            let undecodable = try await shop.get("/v3/internet/check-ref/%zz")
            #expect(undecodable.status == 404)
            #expect(undecodable.text("message") == "Route GET:/v3/internet/check-ref/%zz not found")
        }
    }

    @Test func `a wrong method is told in the bare form, with what is allowed`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.ask("DELETE", "/v3/internet/send", key: nil)
            #expect(answer.status == 405)
            #expect(
                answer.body
                    == #"{"message":"Route DELETE:/v3/internet/send not found","error":"Method Not Allowed","#
                    + #""statusCode":405}"#
            )
            #expect(answer.headers["allow"] == "POST, OPTIONS")
            for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE"] {
                let refused = try await shop.ask(method, "/v3/account/balance", key: nil, body: "{}")
                #expect(refused.status == 405)
                #expect(refused.headers["allow"] == "GET, HEAD, OPTIONS")
            }
            #expect(try await shop.ask("GET", "/v3/internet/send", key: nil).status == 405)
        }
    }

    @Test func `a HEAD is its GET without the body`() async throws {
        try await TestShop.run { shop in
            let get = try await shop.get("/v3/validate")
            let head = try await shop.ask("HEAD", "/v3/validate", key: shop.sandboxKey)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers["content-length"] == String(get.body.utf8.count))
            for (target, status) in [("/v3/nope", 404), ("/v3/internet/send", 405), ("/v3/account/balance", 401)] {
                let refused = try await shop.ask("HEAD", target, key: nil)
                #expect(refused.status == status)
            }
        }
    }

    @Test func `a preflight is answered without a key`() async throws {
        try await TestShop.run { shop in
            for target in ["/v3/internet/send", "/v3/nope"] {
                let answer = try await shop.ask(
                    "OPTIONS", target, key: nil,
                    headers: ["Origin: https://shop.example", "Access-Control-Request-Method: POST"])
                #expect(answer.status == 204)
                #expect(answer.body.isEmpty)
                #expect(answer.headers["access-control-allow-origin"] == "*")
                #expect(answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS")
                #expect(
                    answer.headers["access-control-allow-headers"] == "X-Access-Token, Content-Type, Idempotency-Key")
                #expect(answer.headers["x-request-id"]?.count == 24)
            }
            #expect(try await shop.ask("OPTIONS", "/v3/nope", key: nil).status == 404)
        }
    }

    @Test func `every answer has its id, CORS and JSON`() async throws {
        try await TestShop.run { shop in
            let answers = [
                try await shop.get("/v3/account/balance"), try await shop.get("/v3/nope"),
                try await shop.ask("GET", "/v3/validate", key: nil), try await shop.ask("PUT", "/v3/ping", key: nil),
                try await shop.send("{"), try await shop.send(String(repeating: "x", count: 70_000)),
            ]
            for answer in answers {
                #expect(answer.headers["content-type"] == "application/json")
                #expect(answer.headers["access-control-allow-origin"] == "*")
                #expect(
                    answer.headers["access-control-expose-headers"]
                        == "X-Request-Id, Retry-After, Idempotency-Hit, RateLimit, RateLimit-Policy")
                #expect(answer.headers["x-request-id"]?.count == 24)
                #expect(answer.headers["date"] != nil)
                #expect(answer.body.hasPrefix("{"))
            }
            #expect(Set(answers.map { $0.headers["x-request-id"] }).count == answers.count)
        }
    }

    @Test func `a GET may say that it is JSON, and a stray Authorization means nothing`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.get(
                "/v3/validate",
                headers: ["Content-Type: application/json", "Content-Length: 0", "Authorization: Bearer nonsense"])
            #expect(answer.status == 200)
        }
    }

    @Test func `what goes wrong on our side is told without its cause, and logged once with it`() async throws {
        try await TestShop.run { shop in
            _ = try shop.database.commit { try $0.run(.init("ALTER TABLE balances RENAME TO hidden"), []) }
            let answer = try await shop.get("/v3/account/balance", key: shop.productionKey)
            #expect(answer.status == 500)
            #expect(answer.code == "INTERNAL_ERROR")
            let requestID = try #require(answer.headers["x-request-id"])
            #expect(answer.text("message")?.hasSuffix(requestID) == true)
            #expect(answer.text("requestId") == requestID)
            let failures = shop.log.lines.filter { $0.level == .error }
            #expect(failures.count == 1)
            #expect(failures.first?.metadata["request_id"] == requestID)
            #expect(failures.first?.metadata["cause"]?.isEmpty == false)
        }
    }

    @Test func `one line a request says what happened, and nothing that is secret`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(reference: "secret-ref", key: shop.productionKey)
            try shop.deliver()
            let answers = [
                try await shop.get("/v3/internet/check-id/\(id)?secret-query=1", key: shop.productionKey),
                try await shop.get("/v3/internet/check-ref/secret-ref?wait=x", key: shop.productionKey),
                try await shop.get("/v3/internet/check-number?type=ADSL&number=036362608"),
                try await shop.get("/v3/secret-path"), try await shop.get("/v3/validate", key: "secret-key"),
            ]
            let lines = shop.log.lines("request")
            #expect(lines.count == answers.count + 1)
            for (line, answer) in zip(lines.dropFirst(), answers) {
                #expect(line.level == .info)
                #expect(line.metadata["request_id"] == answer.headers["x-request-id"])
                #expect(line.metadata["status"] == String(answer.status))
                #expect(line.metadata["method"] == "GET")
                #expect(line.metadata["duration_ms"].flatMap(Int.init) != nil)
            }
            let routes = ["/v3/internet/check-id/{id}", "/v3/internet/check-ref/{ref}", "/v3/internet/check-number"]
            #expect(lines.dropFirst().map { $0.metadata["route"] } == routes + ["unmatched", "/v3/validate"])
            let account = String(shop.account.number)
            #expect(lines.map { $0.metadata["account"] } == [account, account, account, account, nil, nil])
            #expect(lines[2].metadata["error"] == "ERR_VALIDATION")
            let all = shop.log.lines.map(\.text).joined(separator: "\n")
            for secret in ["secret", "036362608", shop.sandboxKey, shop.productionKey, id] + Goods.codes {
                #expect(!all.contains(secret), "\(secret)")
            }
        }
    }

    @Test func `a target in the absolute form is its path`() async throws {
        try await TestShop.run { shop in
            let absolute = try await shop.ask("GET", "http://shop.example:8080/v3/ping?x=1", key: nil)
            #expect(absolute.status == 200)
            let asterisk = try await shop.ask("GET", "*", key: nil)
            #expect(asterisk.status == 404)
        }
    }

    @Test func `requests on one connection are answered one after the other`() async throws {
        try await TestShop.run { shop in
            let text = ["/v3/ping", "/v3/validate", "/v3/nope", "/health/live"].map {
                TestShop.text("GET", $0, key: shop.sandboxKey, body: nil, headers: [])
            }.joined()
            try await RawConnection.open(shop.port) { talk in
                try await talk.send(text)
                var statuses: [Int?] = []
                for _ in 0..<4 { statuses.append(await talk.answer()?.status) }
                #expect(statuses == [200, 200, 404, 200])
            }
        }
    }
}
