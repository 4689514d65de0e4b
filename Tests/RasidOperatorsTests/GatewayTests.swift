import NIOCore
import NIOPosix
import RasidBase
import Testing

@testable import RasidOperators

/// What is sent to an adapter, and what is made of what comes back over the wire.
struct GatewayTests {
    typealias Reply = ScriptedAdapter.Reply

    private static let yes = #"{"outcome":"fulfilled","code":"0123456789012345","transaction":"T-1"}"#
    private static let receipt = OperatorReceipt(transactionNumber: "T-1", code: "0123456789012345")

    @Test func `requests are what the page says, to the byte`() async throws {
        try await ScriptedAdapter.run(saying: Reply(body: Self.yes)) { adapter in
            let gateway = try adapter.gateway()
            #expect(await gateway.recharge(GatewayTime.job()).outcome == .fulfilled(Self.receipt))
            _ = await gateway.ask(GatewayTime.job(Money(centimes: 132_613), .fourG))
            _ = await gateway.check(GatewayTime.job().number)
            let heard = adapter.heard
            #expect(
                heard.map(\.text) == [
                    #"{"request":"recharge","id":"6968baa00123456789abcdef","type":"ADSL","number":"000000000","#
                        + #""value":1000,"placed_at":"2026-01-15T10:00:00.000Z"}"#,
                    #"{"request":"ask","id":"6968baa00123456789abcdef","type":"4G","number":"213000000000","#
                        + #""value":1326.13,"placed_at":"2026-01-15T10:00:00.000Z"}"#,
                    #"{"request":"check","type":"ADSL","number":"000000000"}"#,
                ])
            for request in heard {
                #expect(request.method == "POST" && request.target == "/here?it=is")
                #expect(request.contentType == "application/json" && request.timestamp == "1768471200")
                let signature = GatewaySignature.ofRequest(
                    request.body, at: 1_768_471_200, with: try ScriptedAdapter.secret())
                #expect(request.signature == signature)
            }
        }
    }

    @Test(arguments: [
        Reply.Signature.ofAnotherSecret, .ofAnotherRequest, .missing, .twice, .ofOtherBytes,
    ])
    func `an answer without the one right signature says nothing`(signature: Reply.Signature) async throws {
        try await ScriptedAdapter.run(saying: Reply(body: Self.yes, signature: signature)) { adapter in
            let gateway = try adapter.gateway()
            for answer in [await gateway.recharge(GatewayTime.job()), await gateway.ask(GatewayTime.job())] {
                #expect(answer.outcome == .unknown && answer.trouble == nil)
                #expect(answer.words.contains("Rasid-Signature"))
                #expect(!answer.words.contains("0123456789012345"))
            }
        }
        let no = Reply(body: #"{"subscriber":false}"#, signature: signature)
        try await ScriptedAdapter.run(saying: no) { adapter in
            let gateway = try adapter.gateway()
            #expect(await gateway.check(GatewayTime.job().number) == .cannotTell)
        }
    }

    @Test(arguments: [201, 204, 302, 307, 400, 404, 409, 413, 429, 500, 502, 503])
    func `another status says nothing, however well it is signed`(status: Int) async throws {
        var reply = Reply(status: status, body: status == 204 ? "" : Self.yes)
        reply.headers = [("Location", "/elsewhere")]
        try await ScriptedAdapter.run(saying: reply) { adapter in
            let gateway = try adapter.gateway()
            #expect(await gateway.recharge(GatewayTime.job()).outcome == .unknown)
            let asked = await gateway.ask(GatewayTime.job())
            #expect(asked.outcome == .unknown && asked.trouble == nil && asked.words.contains("\(status)"))
            #expect(await gateway.check(GatewayTime.job().number) == .cannotTell)
            // Nobody went elsewhere.
            #expect(adapter.heard.map(\.target) == Array(repeating: "/here?it=is", count: 3))
        }
    }

    @Test(arguments: [401, 403])
    func `being turned away proves nothing of the order, and is the owner's trouble`(status: Int) async throws {
        try await ScriptedAdapter.run(saying: Reply(status: status, signature: .missing)) { adapter in
            let gateway = try adapter.gateway()
            let recharged = await gateway.recharge(GatewayTime.job())
            // Nobody has signed it: no other operator may be tried on its word.
            #expect(recharged.outcome == .unknown && recharged.trouble == .notLetIn)
            let asked = await gateway.ask(GatewayTime.job())
            #expect(asked.outcome == .unknown && asked.trouble == .notLetIn)
            #expect(await gateway.check(GatewayTime.job().number) == .cannotTell)
        }
    }

    @Test func `what could not be sent to anybody is later, and said to be so`() async throws {
        // Bound and closed again: nobody listens there.
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        try await listener.close()
        for host in ["127.0.0.1:\(port)", "nobody.invalid"] {
            let settings = try Gateway.Settings(url: "http://\(host)/", secret: ScriptedAdapter.secret())
            let gateway = Gateway(settings, time: GatewayTime.now)
            let recharged = await gateway.recharge(GatewayTime.job())
            #expect(recharged.outcome == .later(after: Limits.shortestBreak) && recharged.isUnreachable)
            #expect(recharged.words.hasPrefix("nothing was sent: "))
            let asked = await gateway.ask(GatewayTime.job())
            #expect(asked.outcome == .unknown && asked.isUnreachable)
            #expect(await gateway.check(GatewayTime.job().number) == .cannotTell)
        }
    }

    @Test func `a line that is cut after the request says nothing`() async throws {
        try await ScriptedAdapter.run(saying: Reply(hangsUp: true)) { adapter in
            let gateway = try adapter.gateway()
            let answer = await gateway.recharge(GatewayTime.job())
            #expect(answer.outcome == .unknown && !answer.isUnreachable)
            #expect(await gateway.ask(GatewayTime.job()).outcome == .unknown)
            // Sent once, whatever became of it.
            #expect(adapter.heard.count == 2)
        }
    }

    @Test func `an answer longer than its bound says nothing`() async throws {
        let long = "{\"outcome\":\"unknown\",\"words\":\"\(String(repeating: "x", count: Limits.bodyBytes))\"}"
        try await ScriptedAdapter.run(saying: Reply(body: long)) { adapter in
            let answer = try await adapter.gateway().recharge(GatewayTime.job())
            #expect(answer.outcome == .unknown && answer.words.hasPrefix("sent, and no whole answer"))
        }
        let fits = "{\"outcome\":\"later\",\"words\":\"\(String(repeating: "x", count: Limits.bodyBytes - 40))\"}"
        try await ScriptedAdapter.run(saying: Reply(body: fits)) { adapter in
            let gateway = try adapter.gateway()
            #expect(await gateway.recharge(GatewayTime.job()).outcome == .later(after: nil))
        }
    }

    @Test func `silence ends at the deadline`() async throws {
        try await ScriptedAdapter.run(saying: Reply(isSilent: true)) { adapter in
            let gateway = try adapter.gateway(deadline: .milliseconds(150))
            let answer = await gateway.recharge(GatewayTime.job())
            #expect(answer.outcome == .unknown && answer.words.hasSuffix("nothing within 150ms"))
            #expect(await gateway.ask(GatewayTime.job()).outcome == .unknown)
            #expect(await gateway.check(GatewayTime.job().number) == .cannotTell)
        }
    }

    @Test func `two that are the same in the same second are answered alike`() async throws {
        try await ScriptedAdapter.run(saying: Reply(body: Self.yes)) { adapter in
            let gateway = try adapter.gateway()
            async let first = gateway.recharge(GatewayTime.job())
            async let second = gateway.recharge(GatewayTime.job())
            #expect(await first == second)
            #expect(Set(adapter.heard).count == 1 && adapter.heard.count == 2)
        }
    }

    @Test func `its capabilities are its settings`() throws {
        let settings = try Gateway.Settings(
            url: "http://127.0.0.1:9000/", secret: ScriptedAdapter.secret(), deadline: .seconds(7),
            settlingTime: .seconds(9), concurrency: 3, checksNumbers: false)
        let capabilities = Gateway(settings, time: GatewayTime.now).capabilities
        #expect(capabilities.deadline == .seconds(7) && capabilities.settlingTime == .seconds(9))
        #expect(capabilities.concurrency == 3 && !capabilities.checksNumbers && capabilities.isSafeToRepeat)
        let usual = try Gateway.Settings(url: "https://gateway.example/a", secret: ScriptedAdapter.secret())
        #expect(usual.deadline == .seconds(60) && usual.settlingTime == .seconds(120))
        #expect(usual.concurrency == 8 && usual.checksNumbers)
    }
}
