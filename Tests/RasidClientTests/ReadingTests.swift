import AsyncHTTPClient
import Foundation
import RasidBase
import RasidClient
import RasidTesting
import Testing

@Suite("Reading what comes back")
struct ReadingTests {
    @Test
    func `The contract's NOT_FOUND is told from a proxy's 404`() async throws {
        try await ScriptedServer.run(always: .failure(404, "NOT_FOUND")) { server in
            let error = try await topupError { try await server.client().topup(id: "x") }
            #expect(error.code == .notFound)
        }
        let bare = [
            #"{"message":"Route GET:/v3/internet/check-id/x not found","error":"Not Found","statusCode":404}"#,
            "<html><body>404 page not found</body></html>", "", #"{"code":"NOT_FOUND"}"#,
        ]
        for body in bare {
            try await ScriptedServer.run(always: .answer(404, body)) { server in
                let error = try await topupError { try await server.client().topup(id: "x") }
                #expect(error.code == .bareFailure && error.status == 404)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test(arguments: [UInt8(0x00), 0x1a, 0x80, 0xc0, 0xff])
    func `One spoilt byte anywhere makes the whole answer unreadable, and no member merely absent`(
        byte: UInt8
    ) async throws {
        let whole = #"{"success":true,"data":\#(Sample.topup())}"#
        let inside = try #require(whole.utf8.firstIndex(of: UInt8(ascii: "_")))
        for offset in [whole.utf8.distance(from: whole.startIndex, to: inside), whole.utf8.count - 5] {
            var bytes = Array(whole.utf8)
            bytes[offset] = byte
            try await ScriptedServer.run(always: .body(200, bytes)) { server in
                let error = try await topupError { try await server.client().topup(id: "x") }
                #expect(error.code == .unreadableAnswer)
            }
        }
        var missing = Array(#"{"success":false,"error":{"code":"NOT_FOUND","message":"none"}}"#.utf8)
        missing[missing.count - 5] = byte
        try await ScriptedServer.run(always: .body(404, missing)) { server in
            let error = try await topupError { try await server.client().topup(id: "x") }
            #expect(error.code == .bareFailure)
        }
    }

    @Test
    func `A redirect is not followed, with the key least of all`() async throws {
        try await ScriptedServer.run(always: .data(#"{"balance":1}"#)) { elsewhere in
            let port = elsewhere.port
            try await ScriptedServer.run(
                always: .answer(307, "", headers: ["Location: http://127.0.0.1:\(port)/v3/account/balance"])
            ) { server in
                let error = try await topupError { try await server.client().balance() }
                #expect(error.code == .bareFailure && error.status == 307)
                let sent = try await topupError { try await server.client().sendOnce(Sample.request) }
                #expect(sent.code == .bareFailure && sent.outcome == .unknown)
            }
            #expect(elsewhere.requests.isEmpty)
        }
    }

    @Test
    func `What was reached by a redirect is not believed, where somebody's own connections follow one`() async throws {
        try await ScriptedServer.run(always: .data(#"{"balance":1}"#)) { elsewhere in
            let place = "Location: http://127.0.0.1:\(elsewhere.port)/v3/account/balance"
            try await ScriptedServer.run(always: .answer(307, "", headers: [place])) { server in
                let client = TopupClient(try server.client().configuration, http: .shared)
                let error = try await topupError { try await client.balance() }
                #expect(error.code == .unreadableAnswer)
            }
        }
    }

    @Test(arguments: [
        "not json", "{}", "[]", #"{"success":true}"#, #"{"success":true,"data":{}}"#,
        #"{"success":true,"data":{"balance":"much"}}"#, #"{"success":true,"data":{"balance":null}}"#,
    ])
    func `What is not the contract's is unreadable, and not asked for again`(body: String) async throws {
        try await ScriptedServer.run(always: .answer(200, body)) { server in
            let error = try await topupError { try await server.client().balance() }
            #expect(error.code == .unreadableAnswer && error.status == 200)
            #expect(server.requests.count == 1)
        }
    }

    @Test
    func `What is not HTTP, and what is too long, is unreadable`() async throws {
        try await ScriptedServer.run(always: .bytes("SSH-2.0-OpenSSH_9.6\r\n\r\n")) { server in
            let error = try await topupError { try await server.client().balance() }
            #expect(error.code == .unreadableAnswer)
        }
        let long = String(repeating: " ", count: 5 * 1024 * 1024) + #"{"success":true,"data":{"balance":1}}"#
        try await ScriptedServer.run(always: .answer(200, long)) { server in
            let error = try await topupError { try await server.client().balance() }
            #expect(error.code == .unreadableAnswer)
        }
    }

    @Test
    func `A server that says nothing, or begins and does not end, is given up at the deadline`() async throws {
        let stuck = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
        for reply in [ScriptedServer.Reply.silence, .bytes(stuck)] {
            try await ScriptedServer.run(always: reply) { server in
                let client = try server.client {
                    $0.deadline = .milliseconds(300)
                    $0.retries = 0
                }
                #expect(try await topupError { try await client.balance() }.code == .noAnswer)
                #expect(try await topupError { try await client.send(Sample.request) }.outcome == .unknown)
            }
        }
    }

    @Test
    func `A question is asked again after a broken connection, a 5xx and a 429`() async throws {
        try await ScriptedServer.run { _, count in
            switch count {
            case 0: .hangUp
            case 1: .answer(502, "bad gateway")
            case 2: .failure(429, "RATE_LIMIT_EXCEEDED", headers: ["Retry-After: 1"])
            default: .data(#"{"balance":1326.13}"#)
            }
        } _: { server in
            let balance = try await server.client(time: LeapingTime()).balance()
            #expect(balance == Money(centimes: 132_613))
            #expect(server.requests.count == 4)
        }
    }

    @Test
    func `A question that is cancelled ends at once`() async throws {
        try await ScriptedServer.run(always: .silence) { server in
            let client = try server.client()
            let began = ContinuousClock.now
            await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { _ = try await client.balance() }
                while server.requests.isEmpty { await Task.yield() }
                tasks.cancelAll()
                await #expect(throws: CancellationError.self) { try await tasks.waitForAll() }
            }
            #expect(ContinuousClock.now - began < .seconds(10))
        }
    }
}

@Suite("The public service's plainer forms")
struct PlainFormTests {
    private func read(_ json: String) async throws -> Topup {
        try await ScriptedServer.run(always: .data(json)) { try await $0.client().topup(id: Sample.id) }
    }

    @Test
    func `An order without any field of ours is read`() async throws {
        let topup = try await read(Sample.topup())
        #expect(topup.id == Sample.id && topup.reference == "order-1")
        #expect(topup.status == .handling && !topup.isFinal)
        #expect(topup.type == .adsl && topup.number == "036362608" && topup.amount == .dinars(1000))
        #expect(topup.createdAt?.description == "2025-10-29T00:36:51.143Z")
        #expect(topup.card == nil)
    }

    @Test
    func `A code keeps its leading zeros, and needs neither a number nor a time beside it`() async throws {
        #expect(try await read(Sample.fulfilled).card?.transactionNumber == "AS32F1")
        let topup = try await read(Sample.topup("FULFILLED", more: #","card_code":"0012345678901234""#))
        #expect(topup.isFinal)
        #expect(topup.card?.code == Sample.code)
        #expect(topup.card?.transactionNumber == nil && topup.card?.treatedAt == nil)
    }

    @Test
    func `A code that came as a number is not taken for one`() async throws {
        let json = Sample.topup("FULFILLED", more: #","card_code":12345678901234"#)
        #expect(try await topupError { try await read(json) }.code == .unreadableAnswer)
    }

    @Test
    func `A refund needs neither a reason nor a message`() async throws {
        let topup = try await read(Sample.topup("REFUNDED"))
        #expect(topup.status == .refunded && topup.refundReason == nil && topup.refundMessage == nil)
        let told = try await read(
            Sample.topup("REFUNDED", more: #","refund_reason":"NUMBER_REJECTED","refund_message":"…""#))
        #expect(told.refundReason == .numberRejected && told.refundMessage == "…")
        #expect(try await read(Sample.topup("REFUNDED", more: #","refund_reason":"MOON""#)).refundReason == nil)
    }

    @Test(arguments: ["PENDING", "PROCESSING", "", "fulfilled"])
    func `A status that is none of the four counts as still running`(word: String) async throws {
        let topup = try await read(Sample.topup(word))
        #expect(topup.status == .handling && topup.statusWord == word)
    }

    @Test(arguments: [#""1730162211143""#, "1730162211143", "null", #""Wed Oct 29 2025""#])
    func `A time in another form is no reason not to read an order`(time: String) async throws {
        let json = Sample.topup().replacing(#""2025-10-29T00:36:51.143Z""#, with: time)
        #expect(try await read(json).createdAt == nil)
    }

    @Test(arguments: [
        ("1326.13", 132_613), ("950", 95_000), ("0.1", 10), ("1326.1299999999999", 132_613), ("1e3", 100_000),
        (#""475.5""#, 47_550), ("90071992547409.93", 9_007_199_254_740_993), ("-3.05", -305),
    ])
    func `Amounts are exact`(text: String, centimes: Int64) async throws {
        try await ScriptedServer.run(always: .data(#"{"balance":\#(text)}"#)) { server in
            let balance = try await server.client().balance()
            #expect(balance == Money(centimes: centimes))
        }
    }

    @Test
    func `A number that nobody can tell about is not confirmed`() async throws {
        let answers = [
            (#"{"ncli":"*****","type":"4GLTE"}"#, nil), (#"{"type":"4GLTE"}"#, nil),
            (#"{"ncli":"11034*****","type":"4GLTE"}"#, "11034*****"),
        ]
        for (json, clientNumber) in answers {
            try await ScriptedServer.run(always: .data(json)) { server in
                let subscriber = try await server.client().checkNumber("213665983439", for: .fourG)
                #expect(subscriber.clientNumber == clientNumber)
                #expect(subscriber.isConfirmed == (clientNumber != nil))
                #expect(server.requests.first?.query == ["type": "4G", "number": "213665983439"])
            }
        }
    }

    @Test
    func `References of any text find their way into the path`() async throws {
        try await ScriptedServer.run(always: .data(Sample.topup())) { server in
            _ = try await server.client().topup(reference: "API-+213-a/b?é%:", waitSeconds: 5)
            #expect(
                server.requests.first?.target
                    == "/v3/internet/check-ref/API-%2B213-a%2Fb%3F%C3%A9%25%3A?wait=5")
        }
    }

    @Test(arguments: ["", "/", "/v3", "/v3/", "/shop", "/shop/v3"])
    func `A base address may end in many ways`(end: String) async throws {
        try await ScriptedServer.run(always: .data(#"{"balance":1}"#)) { server in
            let url = try #require(URL(string: "http://127.0.0.1:\(server.port)\(end)"))
            _ = try await TopupClient(.init(baseURL: url, key: AccessKey("k"))).balance()
            let expected = (end.hasPrefix("/shop") ? "/shop" : "") + "/v3/account/balance"
            #expect(server.requests.first?.target == expected)
        }
    }
}
