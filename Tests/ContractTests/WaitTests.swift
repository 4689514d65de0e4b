import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: `?wait=`.
    @Suite struct WaitTests {
        @Test(arguments: [
            "-1", "61", "1.5", "abc", "", "5s", "1e1", "+5", "%2B5", "0x5", " 5", "5%20", "true",
            "99999999999999999999",
        ])
        func `a wait that is no whole second from 0 to 60 is refused`(text: String) async throws {
            let caller = try await shop.openReseller().sandbox
            let id = try await caller.place().id
            let wait = text.replacing(" ", with: "%20")
            expectFaults(try await caller.check(id: id, "?wait=\(wait)"), ["wait"])
            expectFaults(try await caller.check(ref: "nope", "?wait=\(wait)"), ["wait"])
        }

        @Test func `a wait ends with the order's end`() async throws {
            let caller = try await shop.openReseller().sandbox
            for (number, status) in [("036362608", "FULFILLED"), ("000000001", "REFUNDED")] {
                let ref = Order.freshRef()
                _ = try await caller.place(number: number, ref: ref)
                let answer = try await caller.check(ref: ref, "?wait=60")
                expectSuccess(answer)
                #expect(answer.data["status"].string == status)
            }
        }

        @Test func `a wait for what is over, or not there, is none`() async throws {
            let caller = try await shop.openReseller().sandbox
            let id = try await caller.place().id
            _ = try await caller.settled(id)
            let clock = ContinuousClock()
            let start = clock.now
            for _ in 0..<3 { #expect(try await caller.check(id: id, "?wait=60").data["status"] == "FULFILLED") }
            #expect(try await caller.check(id: id, "?wait=00").status == 200)
            #expect(try await caller.check(ref: "nope", "?wait=60").status == 404)
            #expect(clock.now - start < .seconds(30))
        }

        @Test
        func `a wait that is over answers what is known, and ends early when the order is queued or the shop closes`()
            async throws
        {
            let time = ShiftedTime()
            try await LiveShop.run(operatorDelay: .seconds(3600), time: time) { shop in
                let caller = try await shop.openReseller().sandbox
                let id = try await caller.place(number: "000000002").id
                let clock = ContinuousClock()
                let start = clock.now
                #expect(try await caller.check(id: id, "?wait=1").data["status"] == "HANDLING")
                #expect(clock.now - start >= .milliseconds(900))
                // The order is queued with the hour, and the wait has most of its minute left then.
                time.advance(by: .seconds(3600 - 30))
                let queued = try await caller.waiting(for: "check-id/\(id)") { time.advance(by: .seconds(30)) }
                #expect(queued.data["status"] == "QUEUED")
                let again = clock.now
                #expect(try await caller.check(id: id, "?wait=60").data["status"] == "QUEUED")
                let open = try await caller.place().id
                let drained = try await caller.waiting(for: "check-id/\(open)") { await shop.stop() }
                #expect(drained.data["status"] == "HANDLING")
                time.advance(by: .seconds(3600))
                #expect(clock.now - again < .seconds(30))
            }
        }

        @Test func `many may wait for one order, and all are told`() async throws {
            let caller = try await shop.openReseller().sandbox
            let id = try await caller.place(number: "000000006").id
            let orders = try await withThrowingTaskGroup(of: JSON.self) { group in
                for _ in 0..<20 { group.addTask { try await caller.check(id: id, "?wait=60").data } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(orders.count == 1)
            #expect(orders.first?["status"] == "FULFILLED")
        }

        @Test func `whoever hangs up while waiting is let go at once`() async throws {
            try await LiveShop.unhurried { shop, _ in
                let caller = try await shop.openReseller().sandbox
                let id = try await caller.place().id
                let clock = ContinuousClock()
                let start = clock.now
                for _ in 0..<10 {
                    try await caller.open { talk in
                        try await talk.send(caller.request("GET", "/v3/internet/check-id/\(id)?wait=60"))
                    }
                }
                // A request has its line in the log once it is over; the order itself stays open.
                _ = try await eventually(within: .seconds(20)) {
                    let lines = try shop.logLines().filter { $0.contains("/v3/internet/check-id/{id}") }
                    return lines.count == 10 ? true : nil
                }
                #expect(clock.now - start < .seconds(20))
                #expect(try await caller.check(id: id).data["status"] == "HANDLING")
            }
        }
    }
}
