import Foundation
import RasidTesting
import Testing

/// SIGTERM drains: open waits are answered, what runs finishes, and the end comes within ten seconds.
@Suite struct ShutdownTests {
    private static func demo(_ shop: Shop, delay: String) -> [String] {
        ["demo", "--json", "--operator-delay", delay] + shop.served
    }

    @Test func `SIGTERM answers open waits at once and ends with 0 within ten seconds`() async throws {
        let shop = try await Shop()
        let ended = try await ServerProcess.run(Self.demo(shop, delay: "10min"), logs: ServerLogs()) { server in
            let caller = server.caller(server.demo.sandboxKey)
            let order = try await caller.buy(Sale(ref: "held"))
            let gate = Gate(9)
            try await withThrowingTaskGroup(of: (answer: RawAnswer, at: ContinuousClock.Instant).self) { group in
                for index in 0..<8 {
                    let path = index.isMultiple(of: 2) ? "check-id/\(order.topupId)" : "check-ref/held"
                    group.addTask { try await caller.waiting(for: path) { await gate.pass() } }
                }
                await gate.pass()
                let asked = ContinuousClock.now
                server.terminate()
                var answered = 0
                for try await (answer, at) in group {
                    #expect(answer.status == 200 && answer.data["status"].string == "HANDLING")
                    // Well before the drain cuts off what does not end by itself.
                    #expect(at - asked < .seconds(2), "\(at - asked)")
                    answered += 1
                }
                #expect(answered == 8)
            }
        }
        #expect(ended.exitCode == 0)
        #expect(ended.stopping < .seconds(10), "\(ended.stopping)")
    }

    @Test(arguments: ["", "GET /v3/ping HTTP/1.1\r\nHo", "a whole head and half a body"])
    func `a client that fell silent does not keep a server from ending`(said: String) async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        let clock = ContinuousClock()
        let started = try await ServerProcess.run(Self.demo(shop, delay: "1s"), logs: logs) { server in
            let caller = server.caller(server.demo.sandboxKey)
            let body = "{\"type\":\"ADSL\",\"number\":\"036362608\",\"value\":500,\"ref\":\"half\"}"
            let half = String(caller.request("POST", "/v3/internet/send", body: body).dropLast(20))
            return try await caller.open { idle in
                _ = try await idle.ask(caller.request("GET", "/v3/ping"))
                return try await caller.open { silent in
                    try await silent.send(said.hasPrefix("a whole") ? half : said)
                    for _ in 0..<3 { _ = try await caller.get("/v3/ping") }
                    let started = clock.now
                    server.terminate()
                    _ = await idle.rest()
                    _ = await silent.rest()
                    return started
                }
            }
        }
        #expect(started.exitCode == 0)
        #expect(clock.now - started.answer < .seconds(9))
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
        #expect(try await shop.audit().orders == 0)
    }

    // Connections that were accepted and not yet handled ended the process, in one of two tries.
    @Test func `a server that is told to stop while connections come in ends with 0`() async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        for _ in 0..<3 {
            let ended = try await ServerProcess.run(Self.demo(shop, delay: "1s"), logs: logs) { server in
                let caller = server.caller(server.demo.sandboxKey)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 {
                        group.addTask { while !Task.isCancelled { try? await caller.open { _ in } } }
                    }
                    try await Task.sleep(for: .milliseconds(200))
                    server.terminate()
                    try await Task.sleep(for: .milliseconds(200))
                    group.cancelAll()
                }
            }
            #expect(ended.exitCode == 0)
        }
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
    }

    @Test func `sends in flight at SIGTERM are answered, and each 200 is an order`() async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        let ended = try await ServerProcess.run(Self.demo(shop, delay: "1s"), logs: logs) { server in
            let caller = server.caller(server.demo.sandboxKey)
            let gate = Gate(33)
            return try await withThrowingTaskGroup(of: RawAnswer?.self) { group in
                for client in 0..<32 {
                    group.addTask {
                        try await caller.open { talk in
                            _ = try await talk.ask(caller.request("GET", "/v3/ping"))
                            await gate.pass()
                            return try? await talk.ask(caller.text(Sale(value: 500, ref: "flight-\(client)")))
                        }
                    }
                }
                await gate.pass()
                server.terminate()
                var answers: [RawAnswer] = []
                for try await answer in group { if let answer { answers.append(answer) } }
                return answers
            }
        }
        #expect(ended.exitCode == 0)
        #expect(ended.answer.allSatisfy { $0.status == 200 || $0.status == 503 })
        let ids = Set(ended.answer.compactMap { $0.data["topupId"].string })
        try await ServerProcess.serve(Self.demo(shop, delay: "1s"), logs: logs) { server in
            let found = try await server.caller(server.demo.sandboxKey).allTopups()
            #expect(ids.isSubset(of: Set(found.keys)))
        }
        #expect(try await shop.audit().findings.isEmpty)
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
    }

    @Test func `Ctrl-C ends a server like SIGTERM, and a second one changes nothing`() async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        let ended = try await ServerProcess.run(Self.demo(shop, delay: "2s"), logs: logs) { server in
            _ = try await server.caller(server.demo.sandboxKey).buy(Sale())
            server.interrupt()
            server.interrupt()
        }
        #expect(ended.exitCode == 0)
        #expect(ended.stopping < .seconds(10), "\(ended.stopping)")
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
        #expect(try await shop.audit().findings.isEmpty)
    }

    @Test(.enabled(if: TestEngine.isSQLite, "many servers share a database"))
    func `a second server on the same folder is refused with a sentence and the first sells on`() async throws {
        let shop = try await Shop()
        try await ServerProcess.serve(Self.demo(shop, delay: "100ms")) { server in
            for command in [["serve", "--port", "0"], ["demo", "--port", "0", "--json"]] {
                let second = try await RasidCommand.run(command + shop.served)
                #expect(second.exitCode == 1 && second.output.isEmpty)
                #expect(second.complaint.hasPrefix("rasid: Another server (process \(server.demo.pid)) already serves"))
                #expect(second.complaint.hasSuffix(".\n"), "\(second.complaint)")
            }
            let caller = server.caller(server.demo.sandboxKey)
            #expect(try await caller.finished(try await caller.buy(Sale())).status == "FULFILLED")
        }
    }

    @Test func `a port that is taken is told in a sentence`() async throws {
        let (shop, other) = (try await Shop(), try await Shop())
        try await ServerProcess.serve(Self.demo(shop, delay: "100ms")) { server in
            let second = try await RasidCommand.run(["demo", "--port", "\(server.port)", "--json"] + other.served)
            #expect(second.exitCode == 1 && second.output.isEmpty)
            #expect(second.complaint.contains("port"), "\(second.complaint)")
        }
    }
}
