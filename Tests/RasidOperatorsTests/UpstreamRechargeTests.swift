import RasidBase
import RasidOperators
import RasidTesting
import Testing

@Suite("Recharging by another server of the contract")
struct UpstreamRechargeTests {
    private func recharge(
        sent: ScriptedServer.Reply = .data(UpstreamOrder.accepted),
        looked: ScriptedServer.Reply = .data(UpstreamOrder.topup())
    ) async throws -> OperatorAnswer {
        try await ScriptedServer.run(sent: sent, looked: looked) { server in
            let answer = try await server.upstream(time: ImpatientTime()).recharge(UpstreamOrder.job)
            #expect(server.requests.count { $0.method == "POST" } == 1)
            for secret in [UpstreamOrder.code, "036362608", ScriptedServer.key] {
                #expect(!answer.words.contains(secret))
            }
            return answer
        }
    }

    @Test
    func `The order's id is the reference there, and is sent once`() async throws {
        try await ScriptedServer.run(looked: .data(UpstreamOrder.fulfilled)) { server in
            let answer = try await server.upstream().recharge(UpstreamOrder.job)
            #expect(
                answer.outcome
                    == .fulfilled(OperatorReceipt(transactionNumber: "AS32F1", code: UpstreamOrder.code)))
            #expect(answer.words == "FULFILLED as \(UpstreamOrder.id)")
            #expect(
                server.requests.first?.body
                    == #"{"type":"ADSL","number":"036362608","value":1000,"ref":"\#(UpstreamOrder.job.order)"}"#)
            #expect(server.requests.map(\.method) == ["POST", "GET"])
        }
    }

    // The last is the code itself, which must not stand in a list.
    @Test(arguments: [
        "", #","num_trans":null"#, #","num_trans":"""#, #","num_trans":"T-\#(UpstreamOrder.code)""#,
    ])
    func `Without a transaction number that can be shown the id there is the number`(more: String) async throws {
        let order = UpstreamOrder.topup("FULFILLED", more: #","card_code":"\#(UpstreamOrder.code)"\#(more)"#)
        let answer = try await recharge(looked: .data(order))
        #expect(
            answer.outcome
                == .fulfilled(OperatorReceipt(transactionNumber: UpstreamOrder.id, code: UpstreamOrder.code)))
    }

    @Test(arguments: ["\"_id\":\"\(UpstreamOrder.id)\"", "\"ref\":\"\(UpstreamOrder.job.order)\""])
    func `An answer about another order than the one that was asked about is unknown`(member: String) async throws {
        let name = member.prefix { $0 != ":" }
        let other = UpstreamOrder.fulfilled.replacing(member, with: "\(name):\"690161a3e9e88196b4eb0000\"")
        #expect(other != UpstreamOrder.fulfilled)
        #expect(try await recharge(looked: .data(other)).outcome == .unknown)
    }

    @Test(arguments: [
        "", #","card_code":null"#, #","card_code":"""#, #","card_code":"************1234""#, #","card_code":"a b""#,
        #","card_code":1234567890123456"#,
    ])
    func `A fulfilled order without a code that can be one is unknown`(more: String) async throws {
        #expect(try await recharge(looked: .data(UpstreamOrder.topup("FULFILLED", more: more))).outcome == .unknown)
    }

    @Test
    func `A refund is a refusal, for the reason that is told`() async throws {
        #expect(
            try await recharge(looked: .data(UpstreamOrder.topup("REFUNDED"))).outcome
                == .refused(.operatorRejected))
        let told = UpstreamOrder.topup(
            "REFUNDED", more: #","refund_reason":"NUMBER_REJECTED","refund_message":"036362608: inconnu""#)
        let answer = try await recharge(looked: .data(told))
        #expect(answer.outcome == .refused(.numberRejected))
        #expect(answer.words.contains("0363*****: inconnu"))
    }

    @Test
    func `A queued order is told at once, an open one a little before the deadline`() async throws {
        #expect(
            try await recharge(looked: .data(UpstreamOrder.topup("QUEUED"))).outcome == .pending(isQueued: true))
        #expect(try await recharge().outcome == .pending(isQueued: false))
        #expect(
            try await recharge(looked: .data(UpstreamOrder.topup("BREWING"))).outcome == .pending(isQueued: false))
        #expect(try await recharge(looked: .answer(502, "")).outcome == .pending(isQueued: false))

        try await ScriptedServer.run { server in
            let time = ImpatientTime()
            let began = time.monotonic
            let upstream = try server.upstream(time: time)
            _ = await upstream.recharge(UpstreamOrder.job)
            #expect(time.monotonic - began < upstream.capabilities.deadline.milliseconds)
        }
    }

    @Test
    func `Lost answers, broken servers and strange answers are unknown`() async throws {
        let replies: [ScriptedServer.Reply] = [
            .hangUp, .answer(500, ""), .answer(502, "<html>"), .answer(404, "<html>"), .answer(200, "welcome"),
            .answer(301, "", headers: ["Location: /"]), .failure(500, "INTERNAL_ERROR"),
            .failure(503, "SERVICE_UNAVAILABLE"), .failure(500, "ERR_STOCK"), .failure(404, "NOT_FOUND"),
            .failure(400, "SOMETHING_NEW"), .data("{}"), .bytes("SSH-2.0-OpenSSH\r\n\r\n"),
        ]
        for reply in replies {
            let answer = try await recharge(sent: reply)
            #expect(answer.outcome == .unknown, "\(reply)")
            #expect(answer.trouble == nil && answer.isFault && !answer.words.isEmpty)
        }
        #expect(try await recharge(looked: .failure(404, "NOT_FOUND")).outcome == .unknown)
        #expect(try await recharge(looked: .answer(200, "welcome")).outcome == .unknown)
    }

    @Test
    func `A server that cannot be reached was sent nothing`() async throws {
        let upstream = try await ScriptedServer.run { try $0.upstream() }
        let answer = await upstream.recharge(UpstreamOrder.job)
        #expect(answer.outcome == .later(after: Limits.shortestBreak))
        #expect(answer.isUnreachable && answer.isFault)
    }

    @Test
    func `Refusals are read by their codes`() async throws {
        let valueFault = #"{"field":"value","value":"1000","errors":[{"field":"value","message":"no"}]}"#
        let rows: [(ScriptedServer.Reply, OperatorAnswer.Outcome, OperatorTrouble?)] = [
            (.failure(403, "INSUFFICIENT_BALANCE"), .later(after: .seconds(300)), .noMoney),
            (.failure(403, "ERR_STOCK"), .refused(.outOfStock), nil),
            (.failure(400, "ERR_VALIDATION", details: valueFault), .refused(.outOfStock), nil),
            (.failure(400, "ERR_VALIDATION", "body/value must be number"), .refused(.outOfStock), nil),
            (.failure(400, "ERR_VALIDATION", "body/type must be string"), .refused(.operatorRejected), nil),
            (.failure(400, "ERR_PHONE"), .refused(.numberRejected), nil),
            (.failure(401, "MISSING_ACCESS_TOKEN"), .later(after: .seconds(300)), .notLetIn),
            (.failure(401, "INVALID_ACCESS_TOKEN"), .later(after: .seconds(300)), .notLetIn),
            (.failure(403, "IP_BLOCKED"), .later(after: .seconds(300)), .notLetIn),
            (.failure(403, "IP_BLOCKED", headers: ["Retry-After: 900"]), .later(after: .seconds(900)), .notLetIn),
            (.failure(403, "IP_NOT_ALLOWED"), .later(after: .seconds(300)), .notLetIn),
            (.failure(403, "API_DISABLED"), .later(after: .seconds(300)), .notLetIn),
            (.failure(403, "READ_ONLY_KEY"), .later(after: .seconds(300)), .notLetIn),
            (.failure(429, "RATE_LIMIT_EXCEEDED"), .later(after: .seconds(60)), nil),
            (.failure(429, "RATE_LIMIT_EXCEEDED", headers: ["Retry-After: 7"]), .later(after: .seconds(7)), nil),
            (.answer(429, "slow down"), .later(after: .seconds(60)), nil),
        ]
        for (reply, outcome, trouble) in rows {
            let answer = try await recharge(sent: reply)
            #expect(answer.outcome == outcome, "\(reply)")
            #expect(answer.trouble == trouble, "\(reply)")
            #expect(!answer.isUnreachable)
        }
    }

    @Test
    func `A reference that is known there is looked up`() async throws {
        let known = ScriptedServer.Reply.failure(403, "DUPLICATED_REF")
        #expect(
            try await recharge(sent: known, looked: .data(UpstreamOrder.fulfilled)).outcome
                == .fulfilled(OperatorReceipt(transactionNumber: "AS32F1", code: UpstreamOrder.code)))
        #expect(try await recharge(sent: known).outcome == .pending(isQueued: false))
        #expect(try await recharge(sent: known, looked: .failure(404, "NOT_FOUND")).outcome == .unknown)
    }

    @Test(arguments: [
        UpstreamOrder.topup("FULFILLED", type: "4G", more: #","card_code":"1234567890""#),
        UpstreamOrder.topup("FULFILLED", number: "036362609", more: #","card_code":"1234567890""#),
        UpstreamOrder.topup("REFUNDED", value: 500),
    ])
    func `An order there that is another one is never ours`(order: String) async throws {
        let answer = try await recharge(sent: .failure(403, "DUPLICATED_REF"), looked: .data(order))
        #expect(answer.outcome == .unknown)
        #expect(answer.words.contains("is another one"))
        #expect(!answer.words.contains("036362609") && !answer.words.contains("1234567890"))
    }

    @Test
    func `A call that is cancelled ends at once, and is unknown`() async throws {
        for (sent, looked) in [(ScriptedServer.Reply.silence, .silence), (.data(UpstreamOrder.accepted), .silence)]
            as [(ScriptedServer.Reply, ScriptedServer.Reply)]
        {
            try await ScriptedServer.run(sent: sent, looked: looked) { server in
                let upstream = try server.upstream()
                let began = ContinuousClock.now
                await withTaskGroup(of: OperatorAnswer.self) { tasks in
                    tasks.addTask { await upstream.recharge(UpstreamOrder.job) }
                    while server.requests.isEmpty { await Task.yield() }
                    tasks.cancelAll()
                    #expect(await tasks.next()?.outcome == .unknown)
                }
                #expect(ContinuousClock.now - began < .seconds(10))
            }
        }
    }
}
