import RasidBase
import RasidOperators
import RasidTesting
import Testing

@Suite("Asking another server of the contract")
struct UpstreamAskTests {
    private func ask(_ reply: ScriptedServer.Reply) async throws -> OperatorAnswer {
        try await ScriptedServer.run(looked: reply) { server in
            let answer = try await server.upstream(time: ImpatientTime()).ask(UpstreamOrder.job)
            #expect(server.requests.allSatisfy { $0.method == "GET" })
            return answer
        }
    }

    @Test
    func `An order is asked for by our own id, and the answer is held a little`() async throws {
        try await ScriptedServer.run { server in
            let answer = try await server.upstream().ask(UpstreamOrder.job)
            #expect(answer.outcome == .pending(isQueued: false))
            #expect(
                server.requests.map(\.target) == ["/v3/internet/check-ref/\(UpstreamOrder.job.order)?wait=5"])
        }
    }

    @Test
    func `Every status has its meaning`() async throws {
        let rows: [(String, OperatorAnswer.Outcome)] = [
            (
                UpstreamOrder.fulfilled,
                .fulfilled(OperatorReceipt(transactionNumber: "AS32F1", code: UpstreamOrder.code))
            ),
            (UpstreamOrder.topup("REFUNDED"), .refused(.operatorRejected)),
            (UpstreamOrder.topup("QUEUED"), .pending(isQueued: true)),
            (UpstreamOrder.topup("HANDLING"), .pending(isQueued: false)),
            (UpstreamOrder.topup("PENDING"), .pending(isQueued: false)),
            (UpstreamOrder.topup("HANDLING", value: 500), .unknown),
            (UpstreamOrder.topup("FULFILLED"), .unknown),
        ]
        for (order, outcome) in rows {
            #expect(try await ask(.data(order)).outcome == outcome, "\(order)")
        }
    }

    @Test
    func `Only the contract's own NOT_FOUND says that an order was never seen`() async throws {
        #expect(try await ask(.failure(404, "NOT_FOUND")).outcome == .neverSeen)
        let others: [ScriptedServer.Reply] = [
            .answer(404, "<html>"), .answer(404, #"{"message":"Route","error":"Not Found","statusCode":404}"#),
            .failure(500, "NOT_FOUND"), .hangUp, .answer(502, ""), .answer(200, ""),
            .failure(429, "RATE_LIMIT_EXCEEDED"),
            .failure(500, "INTERNAL_ERROR"), .failure(400, "ERR_VALIDATION"),
        ]
        for reply in others {
            let answer = try await ask(reply)
            #expect(answer.outcome == .unknown && answer.trouble == nil, "\(reply)")
        }
    }

    @Test(arguments: [
        (401, "MISSING_ACCESS_TOKEN"), (401, "INVALID_ACCESS_TOKEN"), (403, "IP_BLOCKED"), (403, "IP_NOT_ALLOWED"),
        (403, "API_DISABLED"),
    ])
    func `A key that opens nothing is the owner's trouble`(status: Int, code: String) async throws {
        let answer = try await ask(.failure(status, code))
        #expect(answer.outcome == .unknown && answer.trouble == .notLetIn)
        #expect(answer.words.hasPrefix(code))
    }

    @Test
    func `A server that refuses the wait is asked without it`() async throws {
        try await ScriptedServer.run { request, _ in
            request.query["wait"] == nil ? .data(UpstreamOrder.fulfilled) : .failure(400, "ERR_VALIDATION")
        } _: { server in
            let answer = try await server.upstream().ask(UpstreamOrder.job)
            #expect(answer.words == "FULFILLED as \(UpstreamOrder.id)")
        }
    }

    @Test
    func `A number is a subscriber's, is not, or cannot be told about`() async throws {
        let rows: [(ScriptedServer.Reply, SubscriberWord)] = [
            (
                .data(#"{"ncli":"11022*****","offre":"FTTc-b_10M'","type":"ADSL"}"#),
                .subscriber(clientNumber: "11022*****", offer: "FTTc-b_10M'")
            ),
            (.data(#"{"ncli":"*****","type":"ADSL"}"#), .cannotTell), (.failure(400, "ERR_PHONE"), .notASubscriber),
            (.failure(401, "INVALID_ACCESS_TOKEN"), .cannotTell), (.answer(404, ""), .cannotTell),
            (.answer(500, ""), .cannotTell), (.hangUp, .cannotTell),
        ]
        for (reply, word) in rows {
            try await ScriptedServer.run(looked: reply) { server in
                let upstream = try server.upstream(time: ImpatientTime())
                #expect(await upstream.check(UpstreamOrder.job.number) == word, "\(reply)")
                #expect(
                    server.requests.first?.target == "/v3/internet/check-number?type=ADSL&number=036362608")
            }
        }
    }

    @Test
    func `A check that takes too long is given up`() async throws {
        try await ScriptedServer.run(looked: .silence) { server in
            let upstream = try server.upstream { $0.checkDeadline = .milliseconds(200) }
            let began = ContinuousClock.now
            #expect(await upstream.check(UpstreamOrder.job.number) == .cannotTell)
            #expect(ContinuousClock.now - began < .seconds(10))
        }
        #expect(Upstream.Settings().checkDeadline <= .seconds(3))
    }

    @Test
    func `What it sells and what money is there are both told, or nothing`() async throws {
        let script: ScriptedServer.Script = { request, _ in
            switch request.target {
            case "/v3/internet/products?type=ADSL":
                .data(#"{"products":[{"cost":475,"value":500,"available":true}],"type":"ADSL"}"#)
            case "/v3/internet/products?type=4G":
                .data(#"{"products":[{"cost":1900.5,"value":2000,"available":false}],"type":"4G"}"#)
            default: .data(#"{"balance":1326.13}"#)
            }
        }
        try await ScriptedServer.run(script) { server in
            let standing = try #require(try await server.upstream().standing())
            #expect(
                standing.offers == [
                    .init(type: .adsl, value: .dinars(500), cost: .dinars(475), isAvailable: true),
                    .init(type: .fourG, value: .dinars(2000), cost: Money(centimes: 190_050), isAvailable: false),
                ])
            #expect(standing.balance == Money(centimes: 132_613))
        }
        try await ScriptedServer.run(looked: .failure(401, "INVALID_ACCESS_TOKEN")) { server in
            let standing = try await server.upstream().standing()
            // One wrong key was shown, and no more.
            #expect(standing?.trouble == .notLetIn && server.requests.count == 1)
        }
    }

    @Test
    func `What it can do follows its settings`() async throws {
        try await ScriptedServer.run { server in
            let capabilities = try server.upstream {
                $0.concurrency = 7
                $0.deadline = .seconds(20)
            }.capabilities
            #expect(capabilities.checksNumbers && capabilities.isSafeToRepeat)
            #expect(capabilities.settlingTime == .seconds(120) && capabilities.firstAsk == .seconds(2))
            #expect(capabilities.concurrency == 7 && capabilities.deadline == .seconds(20))
        }
    }
}
