import RasidBase
import RasidClient
import RasidTesting
import Testing

@Suite("Waiting for an order's end")
struct WaitingTests {
    @Test
    func `A server that answers at once is asked after two seconds, and then less and less often`() async throws {
        let time = LeapingTime()
        try await ScriptedServer.run { _, count in
            .data(count < 7 ? Sample.topup() : Sample.fulfilled)
        } _: { server in
            let topup = try await server.client(time: time).waitUntilFinal(id: Sample.id, upTo: .seconds(300))
            #expect(topup.card?.code == Sample.code)
            #expect(server.requests.first?.query["wait"] == "30")
        }
        let expected: [Int64] = [2000, 3000, 4500, 6750, 10_000, 10_000, 10_000]
        #expect(time.pauses.map(\.milliseconds) == expected)
    }

    @Test
    func `A server that holds its answer is asked again at once`() async throws {
        let time = LeapingTime()
        try await ScriptedServer.run { _, count in
            .later(.milliseconds(1000), .data(count < 2 ? Sample.topup() : Sample.fulfilled))
        } _: { server in
            let client = try server.client(time: time) { $0.heldSeconds = 1 }
            #expect(try await client.waitUntilFinal(reference: "order-1", upTo: .seconds(60)).isFinal)
            #expect(server.requests.count == 3)
            #expect(server.requests.allSatisfy { $0.query["wait"] == "1" })
        }
        #expect(time.pauses.isEmpty)
    }

    @Test
    func `A queued order is looked at slowly, and nothing is held for it`() async throws {
        let time = LeapingTime()
        try await ScriptedServer.run { _, count in
            .data(count < 7 ? Sample.topup("QUEUED") : Sample.topup("REFUNDED"))
        } _: { server in
            let topup = try await server.client(time: time).waitUntilFinal(id: Sample.id, upTo: .seconds(48 * 3600))
            #expect(topup.status == .refunded)
            #expect(server.requests.dropFirst().allSatisfy { $0.query["wait"] == nil })
        }
        #expect(time.pauses.map(\.components.seconds) == [60, 120, 240, 480, 900, 900, 900])
    }

    @Test
    func `A queued order is enough for whoever asks for that`() async throws {
        try await ScriptedServer.run(always: .data(Sample.topup("QUEUED"))) { server in
            let topup = try await server.client().waitUntilFinalOrQueued(id: Sample.id, upTo: .seconds(60))
            #expect(topup.status == .queued)
        }
    }

    @Test
    func `When time is up the order is given as it was last seen`() async throws {
        let time = LeapingTime()
        try await ScriptedServer.run(always: .data(Sample.topup())) { server in
            let began = time.monotonic
            let error = try await topupError {
                try await server.client(time: time).waitUntilFinal(id: Sample.id, upTo: .seconds(60))
            }
            #expect(error.code == .deadlineExceeded)
            #expect(error.lastSeen?.id == Sample.id)
            #expect((60_000..<65_000).contains(time.monotonic - began))
        }
    }

    @Test
    func `What is wrong for a while is waited out`() async throws {
        try await ScriptedServer.run { _, count in
            switch count {
            case 0: .hangUp
            case 1: .answer(502, "")
            case 2: .failure(429, "RATE_LIMIT_EXCEEDED", headers: ["Retry-After: 20"])
            case 3: .failure(500, "INTERNAL_ERROR")
            default: .data(Sample.fulfilled)
            }
        } _: { server in
            let time = LeapingTime()
            let topup = try await server.client(time: time).waitUntilFinal(id: Sample.id, upTo: .seconds(120))
            #expect(topup.isFinal)
            #expect(time.pauses.contains(.seconds(20)))
        }
    }

    @Test
    func `What will not pass is thrown at once`() async throws {
        for (status, code) in [(404, "NOT_FOUND"), (401, "INVALID_ACCESS_TOKEN")] {
            try await ScriptedServer.run(always: .failure(status, code)) { server in
                let error = try await topupError {
                    try await server.client().waitUntilFinal(id: Sample.id, upTo: .seconds(60))
                }
                #expect(error.code.rawValue == code)
            }
        }
    }

    @Test
    func `A server that refuses the wait is asked without it`() async throws {
        try await ScriptedServer.run { request, _ in
            request.query["wait"] == nil ? .data(Sample.fulfilled) : .failure(400, "ERR_VALIDATION")
        } _: { server in
            let client = try server.client(time: LeapingTime())
            #expect(try await client.waitUntilFinal(id: Sample.id, upTo: .seconds(60)).isFinal)
        }
    }

    @Test
    func `A wait that is cancelled ends at once, while the server holds and between two looks`() async throws {
        for reply in [ScriptedServer.Reply.silence, .data(Sample.topup())] {
            try await ScriptedServer.run(always: reply) { server in
                let time = ManualTime()
                let client = try server.client(time: time)
                let began = ContinuousClock.now
                await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { _ = try await client.waitUntilFinal(id: Sample.id, upTo: .seconds(300)) }
                    while server.requests.isEmpty { await Task.yield() }
                    tasks.cancelAll()
                    await #expect(throws: CancellationError.self) { try await tasks.waitForAll() }
                }
                #expect(ContinuousClock.now - began < .seconds(10))
            }
        }
    }
}
