import RasidBase
import RasidTesting
import Synchronization
import Testing

/// A checker that catches nothing checks nothing: planted faults, each of which must be told.
@Suite struct DoorJudgeTests {
    private static let judge = DoorJudge(method: "GET")
    private static let id = "0123456789abcdef01234567"

    private static func answer(
        _ status: Int = 200, _ body: String = #"{"success":true,"data":{},"meta":{}}"#
    ) -> DoorAnswer {
        DoorAnswer(
            status: status,
            headers: [
                ("content-type", "application/json"), ("content-length", "\(body.utf8.count)"), ("x-request-id", id),
                ("access-control-allow-origin", "*"),
            ], body: body)
    }

    private static func failure(_ status: Int, _ code: String, id: String = id) -> DoorAnswer {
        answer(
            status, #"{"success":false,"error":{"code":"\#(code)","message":"m"},"requestId":"\#(id)"}"#)
    }

    @Test func `the judge has nothing to say of good answers`() {
        let bare = #"{"message":"Route GET:/x not found","error":"Not Found","statusCode":404}"#
        for good in [
            Self.answer(), Self.failure(404, "NOT_FOUND"), Self.answer(404, bare),
            Self.answer(200, #"{"status":"live"}"#),
        ] {
            #expect(Self.judge.faults(of: good).isEmpty, "\(good)")
        }
    }

    private static let planted: [(what: String, answer: DoorAnswer)] = [
        ("a 5xx", failure(500, "INTERNAL_ERROR")), ("a 5xx", failure(503, "SERVICE_UNAVAILABLE")),
        ("an empty body", answer(200, "")), ("no JSON", answer(200, "<html></html>")),
        ("no JSON", answer(200, #"{"success":true,"data":{}"#)), ("no JSON", answer(200, "[]")),
        ("without data", answer(200, #"{"success":true}"#)), ("success with a status", answer(400)),
        ("the code 'NOT_FOUND'", failure(403, "NOT_FOUND")), ("the code 'NEW'", failure(400, "NEW")),
        ("requestId", failure(404, "NOT_FOUND", id: "other")), ("Retry-After", failure(429, "RATE_LIMIT_EXCEEDED")),
        ("envelope", answer(200, #"{"ok":1}"#)), ("a 204 to GET", answer(204, "")),
        ("statusCode", answer(404, #"{"message":"m","error":"e","statusCode":400}"#)),
        ("health", answer(200, #"{"status":"draining"}"#)),
    ]

    @Test(arguments: planted.indices)
    func `the judge tells a bad body`(index: Int) {
        let (what, answer) = Self.planted[index]
        let faults = Self.judge.faults(of: answer)
        #expect(faults.contains { $0.contains(what) }, "\(what): \(faults)")
    }

    @Test(arguments: ["x-request-id", "content-type", "content-length", "access-control-allow-origin"])
    func `the judge tells a header that is missing, doubled or wrong`(name: String) {
        var missing = Self.answer()
        missing.headers.removeAll { $0.name == name }
        var doubled = Self.answer()
        doubled.headers += doubled.headers.filter { $0.name == name }
        var wrong = missing
        wrong.headers.append((name, ""))
        for answer in [missing, doubled, wrong] { #expect(!Self.judge.faults(of: answer).isEmpty, "\(name)") }
    }

    @Test func `a HEAD that is answered with a body is told`() {
        #expect(!DoorJudge(method: "HEAD").faults(of: Self.answer()).isEmpty)
    }

    @Test func `a planted answer is reported with seed, request, bytes and the command that replays it`() async throws {
        try await LiveShop.run(operatorDelay: .milliseconds(2)) { live in
            let world = try await DoorWorld.open(live, seed: 7, cards: 10)
            let planted = Atomic<Bool>(false)
            var plan = DoorPlan(seed: 7, requests: 100)
            plan.spoil = { answer in
                guard answer.status == 404, !planted.exchange(true, ordering: .relaxed) else { return answer }
                return DoorAnswer(status: 502, headers: answer.headers, body: answer.body)
            }
            let faults = try await DoorRun(live: live, world: world, plan: plan).run().faults
            let told = try #require(faults.first { $0.contains("a 5xx: 502") })
            #expect(told.contains("seed 7, talk ") && told.contains("HTTP/1.1\\r\\n"))
            let again = try #require(told.firstMatch(of: /scripts\/fuzz 100 7 ([0-9]+)/)?.output.1)
            #expect(told.contains("talk \(again), request"))
        }
    }

    @Test func `an order that nobody was told of, and one that is told of and not there, are found`() async throws {
        try await LiveShop.run { live in
            let caller = try await live.openReseller().sandbox
            let before = try await DoorBooks.read(live)
            let order = try await caller.buy(Sale(ref: "unseen")).topupId
            let after = try await DoorBooks.read(live)
            #expect(try await before.faults(after: after, sold: [], live).count == 1)
            #expect(try await before.faults(after: after, sold: [order], live).isEmpty)
            #expect(try await before.faults(after: after, sold: [order, order], live).count == 2)
            #expect(try await before.faults(after: before, sold: [order], live).count == 1)
            let other = String(repeating: "0", count: 24)
            #expect(try await before.faults(after: after, sold: [other], live).count == 1)
        }
    }

    @Test func `a talk is the same bytes for the same seed, and others for another`() {
        let world = DoorWorld(port: 0, username: "+213555000001", orders: ["0"], keys: [])
        func bytes(_ seed: UInt64) -> [[UInt8]] {
            var grammar = DoorGrammar(world, seed: seed, talk: 5, isRefusedOnly: false)
            return (0..<100).map { _ in grammar.next().bytes }
        }
        #expect(bytes(1) == bytes(1))
        #expect(bytes(1) != bytes(2))
        var noise = DoorNoise(DoorGrammar(world, seed: 1, talk: 3, isRefusedOnly: true))
        let pieces = noise.next()
        #expect(noise.pieces(of: pieces).flatMap { $0 } == pieces)
    }
}
