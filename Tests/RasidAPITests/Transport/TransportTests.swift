import NIOCore
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct TransportTests {
    private static let get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET /x HTTP/9.9\r\nHost: h\r\n\r\n", "FOO /x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /x HTTP/1.1\r\nBad Header: 1\r\n\r\n", "GET /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
    ])
    func `what is not HTTP is answered in JSON and closed`(request: String) async throws {
        try await TransportServer.run { server in
            let answer = try await RawConnection.open(server.port) { talk in
                try await talk.send(request)
                let answer = await talk.answer()
                #expect(await talk.rest().isEmpty)
                return answer
            }
            #expect(answer?.status == 400)
            #expect(
                answer?.body == #"{"message":"The request is not valid HTTP","error":"Bad Request","statusCode":400}"#)
            #expect(answer?.headers["content-type"] == "application/json")
            #expect(answer?.headers["connection"] == "close")
            #expect(answer?.headers["access-control-allow-origin"] == "*")
            #expect(answer?.headers["x-request-id"]?.count == 24)
        }
    }

    @Test(arguments: [
        "GET /x HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: Limits.headerBytes))\r\n\r\n",
        "GET /\(String(repeating: "a", count: Limits.headerBytes)) HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\r\n\((0..<200).map { "X-\($0): 1\r\n" }.joined())\r\n",
    ])
    func `a header without measure is answered in JSON`(request: String) async throws {
        try await TransportServer.run { server in
            let answer = try await RawConnection.open(server.port) { talk in
                try await talk.send(request)
                return await talk.answer()
            }
            #expect(answer?.status == 431)
            #expect(answer?.body.contains("\"statusCode\":431") == true)
        }
    }

    @Test func `garbage after a good request is answered after its answer`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGARBAGE\r\n\r\n")
                #expect(await talk.answer()?.status == 200)
                #expect(await talk.answer()?.status == 400)
                #expect(await talk.answer() == nil)
            }
        }
    }

    @Test func `requests sent all at once are answered in order`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                var all = ""
                for index in 0..<50 { all += "GET /\(index) HTTP/1.1\r\nHost: h\r\n\r\n" }
                all += "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                try await talk.send(all)
                for index in 0..<50 { #expect(await talk.answer()?.body == "{\"path\":\"/\(index)\"}") }
                #expect(await talk.answer()?.body == "{\"path\":\"3\"}")
            }
        }
    }

    @Test func `a head that drips is cut with a 408`() async throws {
        try await TransportServer.run(header: .milliseconds(800), linger: .seconds(20)) { server in
            let clock = ContinuousClock()
            let start = clock.now
            let answer = try await RawConnection.open(server.port) { talk in
                for character in "GET /x HT" {
                    try? await talk.send(String(character))
                    try await Task.sleep(for: .milliseconds(20))
                }
                return await talk.answer()
            }
            #expect(answer?.status == 408)
            #expect(answer?.body.contains("Request Timeout") == true)
            #expect(clock.now - start < .seconds(20))
        }
    }

    @Test func `a second head that drips on a kept connection is cut too`() async throws {
        try await TransportServer.run(header: .milliseconds(800), linger: .seconds(20)) { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send(Self.get)
                #expect(await talk.answer()?.status == 200)
                try await Task.sleep(for: .milliseconds(1000))
                try await talk.send("GET /x")
                #expect(await talk.answer()?.status == 408)
                #expect(await talk.answer() == nil)
            }
        }
    }

    @Test func `a body that drips is cut with a 408, a reader of it or not`() async throws {
        try await TransportServer.run(request: .milliseconds(300)) { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc")
                let answer = await talk.answer()
                #expect(answer?.status == 408)
                #expect(answer?.headers["connection"] == "close")
                #expect(await talk.answer() == nil)
            }
            try await RawConnection.open(server.port) { talk in
                try await talk.send("POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc")
                #expect(await talk.answer()?.status == 200)
                // It has had its one answer: the connection just ends.
                #expect(await talk.rest().isEmpty)
            }
        }
    }

    @Test func `a slow handler is not cut by any timer`() async throws {
        try await TransportServer.run(
            request: .milliseconds(100), idle: .milliseconds(100)
        ) { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
                #expect(await talk.answer()?.status == 200)
            }
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await TransportServer.run(idle: .milliseconds(200)) { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send(Self.get)
                #expect(await talk.answer()?.status == 200)
                #expect(await talk.rest().isEmpty)
            }
        }
        try await TransportServer.run(header: .milliseconds(200)) { server in
            try await RawConnection.open(server.port) { talk in #expect(await talk.rest().isEmpty) }
        }
    }

    @Test func `a body that is too large is answered, drained, and the connection goes on`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                let size = 4 * 1024 * 1024
                try await talk.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n")
                for _ in 0..<64 { try await talk.send(String(repeating: "x", count: size / 64)) }
                #expect(await talk.answer()?.status == 413)
                try await talk.send(Self.get)
                #expect(await talk.answer()?.status == 200)
            }
        }
    }

    @Test func `a body without end is not drained for ever`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                let size = 64 * 1024 * 1024
                try await talk.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n")
                await #expect(throws: (any Error).self) {
                    for _ in 0..<1024 { try await talk.send(String(repeating: "x", count: size / 1024)) }
                }
                #expect(await talk.answer()?.status == 413)
            }
        }
    }

    @Test func `a client that asks first is told to go on, unless its body is too large`() async throws {
        let head = "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send(head + "3\r\n\r\n")
                #expect(await talk.answer()?.status == 100)
                try await talk.send("abc")
                #expect(await talk.answer()?.body == "{\"path\":\"3\"}")
            }
            try await RawConnection.open(server.port) { talk in
                try await talk.send(
                    "POST /unread HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n")
                let answer = await talk.answer()
                #expect(answer?.status == 200)
                #expect(answer?.headers["connection"] == "close")
                #expect(await talk.answer() == nil)
            }
        }
    }

    @Test(arguments: [
        "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /y HTTP/1.1\r\n\r\n",
    ])
    func `a connection that is to end ends with its answer`(request: String) async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send(request)
                let answer = await talk.answer()
                #expect(answer?.status == 200)
                #expect(answer?.headers["connection"] == "close")
                #expect(await talk.rest().isEmpty)
            }
        }
    }

    @Test func `an HTTP 1-0 client may keep its connection`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                for _ in 0..<2 {
                    try await talk.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    #expect(await talk.answer()?.headers["connection"] == "keep-alive")
                }
            }
        }
    }

    @Test func `a client that has finished sending still gets its answer`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
                try await talk.finishSending()
                #expect(await talk.answer()?.status == 200)
                #expect(await talk.rest().isEmpty)
            }
            try await RawConnection.open(server.port) { talk in
                try await talk.send("GET /x HTT")
                try await talk.finishSending()
                #expect(await talk.answer()?.status == 400)
            }
        }
    }

    @Test(arguments: ["GET", "HEAD", "POST"])
    func `a request that we gave up reading is answered in JSON with its id`(method: String) async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("\(method) /broken HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
                let answer = await talk.answer(toHEAD: method == "HEAD")
                #expect(answer?.status == 503)
                #expect(answer?.headers["x-request-id"]?.count == 24)
                #expect(answer?.headers["content-type"] == "application/json")
                if method != "HEAD" { #expect(answer?.body.contains("\"statusCode\":503") == true) }
                #expect(await talk.rest().isEmpty)
            }
        }
    }

    @Test func `garbage after a HEAD is told with a body, a HEAD that breaks off without one`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nGARBAGE\r\n\r\n")
                #expect(await talk.answer(toHEAD: true)?.status == 200)
                let refusal = await talk.answer()
                #expect(refusal?.status == 400)
                #expect(refusal?.body.contains("\"statusCode\":400") == true)
            }
            try await RawConnection.open(server.port) { talk in
                let head = "HEAD /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                try await talk.send(head + "zz\r\n")
                #expect(await talk.answer(toHEAD: true)?.status == 400)
                #expect(await talk.rest().isEmpty)
            }
        }
    }

    @Test func `a wait ends when the client hangs up`() async throws {
        try await TransportServer.run { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
                try await server.arrived(1)
                try await talk.finishSending()
                #expect(await talk.answer()?.body == "{\"path\":\"nobody waits\"}")
            }
        }
    }

    @Test func `a server that stops answers open waits and lets slow requests finish`() async throws {
        try await TransportServer.run { server in
            try await withThrowingTaskGroup(of: String?.self) { group in
                for path in ["/wait", "/slow"] {
                    group.addTask {
                        try await RawConnection.open(server.port) { talk in
                            try await talk.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                            return await talk.answer()?.body
                        }
                    }
                }
                try await server.arrived(2)
                await server.stop()
                var bodies: Set<String?> = []
                for try await body in group { bodies.insert(body) }
                #expect(bodies == ["{\"path\":\"nobody waits\"}", "{\"path\":\"/slow\"}"])
            }
        }
    }

    @Test func `a connection beyond the cap waits until another one ends`() async throws {
        try await TransportServer.run(idle: .milliseconds(400), connections: 2) { server in
            let answered = try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await RawConnection.open(server.port) { talk in
                            try await talk.send(Self.get)
                            return await talk.answer()?.status
                        }
                    }
                }
                var answered = 0
                for try await status in group where status == 200 { answered += 1 }
                return answered
            }
            #expect(answered == 6)
        }
    }
}
