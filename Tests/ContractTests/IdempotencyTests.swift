import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: the header `Idempotency-Key`.
    @Suite struct IdempotencyTests {
        private static func header(_ key: String) -> [String] { ["Idempotency-Key: \(key)"] }

        @Test(arguments: [nil, "with-a-ref"] as [String?])
        func `a repeat is given the accepted answer again, and told so`(ref: String?) async throws {
            let caller = try await shop.openReseller().sandbox
            let body = Order.body(ref: ref)
            let first = try await caller.send(body, headers: Self.header("\"again\""))
            expectSuccess(first)
            #expect(first["Idempotency-Hit"] == nil)
            let id = try #require(first.data["topupId"].string)
            for round in 0..<3 {
                if round == 1 { _ = try await caller.settled(id) }
                let repeated = try await caller.send(body, headers: Self.header("\"again\""))
                expectSuccess(repeated)
                #expect(repeated["Idempotency-Hit"] == "true")
                #expect(repeated.data == first.data)
            }
            #expect(try await caller.list().count == 1)
            #expect(try await caller.balance() == .dinars(99_050))
        }

        @Test func `a key is the same quoted and bare, and the value the same in every form`() async throws {
            let reseller = try await shop.openReseller()
            let caller = reseller.sandbox
            let placed = try await caller.place(ref: "form", headers: Self.header("a-key:1/x"))
            for (key, value, ref) in [
                ("\"a-key:1/x\"", "1000.0", "form"), ("a-key:1/x", "\"1000\"", placed.topupRef),
                ("  a-key:1/x  ", "1e3", "form"),
            ] {
                let repeated = try await caller.send(Order.body(value: value, ref: ref), headers: Self.header(key))
                #expect(repeated["Idempotency-Hit"] == "true", "\(repeated.body)")
                #expect(repeated.data["topupId"].string == placed.id)
            }
            let escaped = Self.header(#""say \"hi\" \\o""#)
            let first = try await caller.place(ref: "escaped", headers: escaped)
            #expect(
                try await caller.send(Order.body(ref: "escaped"), headers: escaped).data["topupId"].string == first.id)
        }

        @Test(arguments: [
            ("type", Order.body("4G", number: "036362608", ref: "ref")),
            ("number", Order.body(number: "036362609", ref: "ref")),
            ("value", Order.body(value: "500", ref: "ref")), ("ref", Order.body(ref: "other")), ("ref", Order.body()),
            ("number", Order.body(number: "06", ref: "ref")), ("value", Order.body(value: "999", ref: "ref")),
        ])
        func `a key that belongs to another request is refused, naming the field`(
            field: String, body: String
        ) async throws {
            let caller = try await shop.openReseller().sandbox
            _ = try await caller.place(ref: "ref", headers: Self.header("mine"))
            let answer = try await caller.send(body, headers: Self.header("mine"))
            expectFailure(answer, 422, "IDEMPOTENCY_MISMATCH", details: .object(["field": .string(field)]))
            #expect(answer.error["message"].string?.contains(field) == true)
            #expect(answer["Idempotency-Hit"] == nil)
            #expect(try await caller.list().count == 1)
        }

        @Test func `a ref that was not given first is another request`() async throws {
            let reseller = try await shop.openReseller()
            let placed = try await reseller.sandbox.place(headers: Self.header("k"))
            let own = String(placed.topupRef.dropFirst("API-\(reseller.username)-".count))
            let answer = try await reseller.sandbox.send(Order.body(ref: own), headers: Self.header("k"))
            expectFailure(answer, 422, "IDEMPOTENCY_MISMATCH")
        }

        @Test func `simultaneous repeats wait for the first and are all told of one order`() async throws {
            let caller = try await shop.openReseller().sandbox
            for body in [Order.body(ref: "at-once"), Order.body()] {
                let key = Self.header(Order.freshRef())
                let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                    for _ in 0..<10 { group.addTask { try await caller.send(body, headers: key) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for answer in answers { expectSuccess(answer) }
                #expect(Set(answers.map { $0.data }).count == 1)
                #expect(answers.count { $0["Idempotency-Hit"] == nil } == 1)
            }
            #expect(try await caller.list().count == 2)
        }

        @Test func `a key belongs to its account and environment`() async throws {
            let one = try await shop.openReseller()
            let other = try await shop.openReseller()
            var ids: Set<String> = []
            for caller in [one.sandbox, one.production, other.sandbox, other.production] {
                ids.insert(try await caller.place(value: "500", ref: "same", headers: Self.header("same")).id)
            }
            #expect(ids.count == 4)
        }

        @Test func `a shape that is wrong is told before a key that is used`() async throws {
            let caller = try await shop.openReseller().sandbox
            _ = try await caller.place(ref: "ref", headers: Self.header("used"))
            expectFaults(try await caller.send("{}", headers: Self.header("used")), ["type", "number", "value"])
        }

        @Test func `a key has 1 to 255 characters`() async throws {
            let caller = try await shop.openReseller().sandbox
            let longest = String(repeating: "k", count: 255)
            for key in ["k", longest, "\"\(longest.dropLast())l\""] {
                _ = try await caller.place(value: "500", headers: Self.header(key))
            }
            for key in [longest + "k", "\"\(longest)k\"", "\"\"", "", "\"open", "\"a\"b", "cl\u{e9}"] {
                let answer = try await caller.send(Order.body(), headers: Self.header(key))
                #expect(answer.status == 400, "\(key): \(answer.body)")
                expectEveryAnswersHeaders(answer)
            }
            #expect(try await caller.list().count == 3)
        }

        @Test func `without a key every send is an order of its own`() async throws {
            let caller = try await shop.openReseller().sandbox
            for _ in 0..<3 { _ = try await caller.place() }
            #expect(try await caller.list().count == 3)
        }
    }
}
