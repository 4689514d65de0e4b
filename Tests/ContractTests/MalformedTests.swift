import RasidAPI
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// What no route ever sees: answered in JSON all the same (contract §1).
    @Suite struct MalformedTests {
        @Test(arguments: [
            "GARBAGE\r\n\r\n", "GET /v3/ping\r\n\r\n", "GET /v3/ping HTTP/9.9\r\nHost: h\r\n\r\n",
            "G\u{0}T /v3/ping HTTP/1.1\r\n\r\n", "GET /v3/ping HTTP/1.1\r\nBad Header: 1\r\n\r\n",
            "GET /v3/ping HTTP/1.1\r\nX: a\u{0}b\r\n\r\n",
            "POST /v3/internet/send HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST /v3/internet/send HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST /v3/internet/send HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /v3/internet/send HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ])
        func `what is not HTTP is answered in the bare form, and the connection ends`(text: String) async throws {
            let port = try shop.port
            try await RawHTTP.open(port, from: LiveShop.freshAddress()) { talk in
                try await talk.send(text)
                let answer = try await talk.answer()
                #expect(answer.status == 400, "\(answer.body)")
                expectEveryAnswersHeaders(answer)
                #expect(answer.json.keys == ["message", "error", "statusCode"])
                #expect(answer.json["statusCode"] == 400)
                #expect(await talk.rest().isEmpty)
            }
        }

        @Test(arguments: [
            "X-Large: " + String(repeating: "x", count: Limits.headerBytes),
            (0...Limits.headerFields).map { "X-\($0): 1" }.joined(separator: "\r\n"),
        ])
        func `a header without measure is refused`(header: String) async throws {
            let answer = try await shop.caller(nil).get("/v3/ping", headers: [header])
            #expect(answer.status == 431)
            expectEveryAnswersHeaders(answer)
            #expect(answer.json["statusCode"] == 431)
        }

        @Test func `a path without measure is refused`() async throws {
            let path = "/v3/internet/check-ref/" + String(repeating: "a", count: Limits.headerBytes)
            let answer = try await shop.caller(nil).get(path)
            #expect([414, 431].contains(answer.status))
            expectEveryAnswersHeaders(answer)
        }

        @Test func `garbage behind a sale does not cost the sale its answer`() async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                try await talk.send(caller.request("POST", Caller.sendPath, body: Order.body()) + "GARBAGE\r\n\r\n")
                expectSuccess(try await talk.answer())
                #expect(try await talk.answer().status == 400)
            }
            #expect(try await caller.list().count == 1)
        }

        @Test func `chunks that are none are refused, and nothing is sold`() async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                let body = Order.body()
                let head = caller.request("POST", Caller.sendPath, headers: ["Transfer-Encoding: chunked"])
                try await talk.send(head + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\nzz\r\n")
                let answer = try await talk.answer()
                #expect(answer.status == 400)
                expectEveryAnswersHeaders(answer)
                #expect(await talk.rest().isEmpty)
            }
            #expect(try await caller.list().isEmpty)
        }

        @Test func `a connection that breaks in the middle of a body sells nothing`() async throws {
            let caller = try await shop.openReseller().sandbox
            let text = caller.request("POST", Caller.sendPath, body: Order.body())
            try await caller.open { talk in
                try await talk.send(String(text.dropLast(3)))
                try await talk.finishSending()
                _ = await talk.rest()
            }
            #expect(try await caller.list().isEmpty)
            #expect(try await caller.balance() == .dinars(100_000))
        }

        @Test func `a client that has finished sending still gets its answer`() async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                try await talk.send(caller.request("POST", Caller.sendPath, body: Order.body()))
                try await talk.finishSending()
                expectSuccess(try await talk.answer())
            }
        }
    }

    /// Requests that drip, at a server that waits less long than usual.
    @Suite struct DrippingTests {
        private static func expectTooSlow(_ answer: RawAnswer) {
            #expect(answer.status == 408)
            expectEveryAnswersHeaders(answer)
            #expect(answer.json["statusCode"] == 408)
        }

        @Test func `a head that drips is cut, and so is a body, and a slow answer is not`() async throws {
            let time = ShiftedTime()
            try await LiveShop.run(
                operatorDelay: .seconds(3600), time: time,
                transport: { listening in
                    listening.headerTimeout = .seconds(1)
                    listening.requestTimeout = .milliseconds(1500)
                }
            ) { shop in
                let caller = try await shop.openReseller().sandbox
                try await caller.open { talk in
                    try await talk.send("GET /v3/pi")
                    Self.expectTooSlow(try await talk.answer())
                }
                try await caller.open { talk in
                    let head = caller.request("POST", Caller.sendPath, headers: ["Content-Length: 100"])
                    try await talk.send(head + #"{"type":"#)
                    Self.expectTooSlow(try await talk.answer())
                }
                #expect(try await caller.list().isEmpty)
                let id = try await caller.place().id
                let answer = try await caller.check(id: id, "?wait=1")
                expectSuccess(answer)
                #expect(answer.data["status"] == "HANDLING")
                time.advance(by: .seconds(3600))
            }
        }
    }
}
