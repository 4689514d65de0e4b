import RasidSimulation
import RasidTesting

/// One talk of the fuzzer: everything in it follows from the seed and its number.
struct DoorTalk: Sendable {
    let plan: DoorPlan
    let world: DoorWorld
    let talk: Int

    private var grammar: DoorGrammar {
        DoorGrammar(
            world, seed: plan.seed, talk: talk, isRefusedOnly: DoorPlan.isRefusedOnly(talk))
    }

    func run() async -> DoorReport {
        DoorPlan.isNoise(talk) ? await noise() : await structured()
    }

    // MARK: Requests that are HTTP

    private func structured() async -> DoorReport {
        var report = DoorReport()
        var grammar = grammar
        let requests = (0..<DoorPlan.structuredRequests).map { _ in grammar.next() }
        var dice = grammar.dice
        var next = 0
        while next < requests.count {
            do {
                let begin = next
                let (end, part) = try await RawHTTP.open(world.port, from: world.address(of: talk)) { talk in
                    try await keep(&talk, requests, from: begin, &dice)
                }
                next = end
                report.add(part)
            } catch {
                report.faults.append(fault("the connection broke: \(error)", next, requests[next].bytes))
                return report
            }
        }
        return report
    }

    /// Asks on one connection for as long as it is kept.
    ///
    /// - Returns: the index of the first request that was not asked.
    private func keep(
        _ talk: inout RawHTTP.Talk, _ requests: [DoorRequest], from start: Int, _ dice: inout Dice
    ) async throws -> (Int, DoorReport) {
        var report = DoorReport()
        var next = start
        while next < requests.count {
            let count = dice.once(in: 4) ? 1 + dice.below(5) : 1
            let group = requests[next..<min(requests.count, next + count)]
            next += group.count
            report.requests += group.count
            await send(group.flatMap(\.bytes), &talk, &dice)
            for (offset, request) in group.enumerated() {
                let number = next - group.count + offset
                guard let raw = try? await answer(to: request, &talk) else {
                    report.faults.append(fault("closed without an answer", number, request.bytes))
                    return (next, report)
                }
                judge(raw, DoorJudge(method: request.method), number, request.bytes, &report)
                if raw.isLast { return (next, report) }
            }
        }
        return (next, report)
    }

    /// Sends a group of requests at once or in two parts; one that the server has refused half way has its answer.
    private func send(_ bytes: [UInt8], _ talk: inout RawHTTP.Talk, _ dice: inout Dice) async {
        let place = dice.once(in: 5) ? dice.below(bytes.count) : 0
        if place > 0 { try? await talk.send(bytes: Array(bytes[..<place])) }
        try? await talk.send(bytes: Array(bytes[place...]))
    }

    private func answer(to request: DoorRequest, _ talk: inout RawHTTP.Talk) async throws -> DoorAnswer {
        while true {
            let answer = try await talk.answer(toHEAD: request.method == "HEAD")
            if answer.status >= 200 { return DoorAnswer(answer) }
        }
    }

    // MARK: Noise

    private func noise() async -> DoorReport {
        var report = DoorReport()
        var noise = DoorNoise(grammar)
        for number in 0..<DoorPlan.noisyRequests {
            let bytes = noise.next()
            let pieces = noise.pieces(of: bytes)
            report.requests += 1
            do {
                let answers = try await RawHTTP.open(world.port, from: world.address(of: talk)) { talk in
                    await Self.exchange(pieces, &talk)
                }
                for answer in answers { judge(answer, DoorJudge(method: nil), number, bytes, &report) }
                if answers.isEmpty, Self.hasHead(bytes) {
                    report.faults.append(fault("a whole head was not answered", number, bytes))
                }
            } catch {
                report.faults.append(fault("no connection: \(error)", number, bytes))
            }
        }
        return report
    }

    /// Sends everything, ends sending, and reads until the other side ends.
    private static func exchange(_ pieces: [[UInt8]], _ talk: inout RawHTTP.Talk) async -> [DoorAnswer] {
        for piece in pieces { try? await talk.send(bytes: piece) }
        try? await talk.finishSending()
        var answers: [DoorAnswer] = []
        while let answer = try? await talk.answer(), answers.count < 100 {
            if answer.status >= 200 { answers.append(DoorAnswer(answer)) }
        }
        return answers
    }

    private static let blankLine = Array("\r\n\r\n".utf8)

    /// Whether there is a blank line after something: a head has ended, good or bad.
    private static func hasHead(_ bytes: [UInt8]) -> Bool {
        let rest = bytes.drop { $0 == 0x0d || $0 == 0x0a }
        return rest.firstRange(of: blankLine) != nil
    }

    // MARK: Judging

    private func judge(
        _ raw: DoorAnswer, _ judge: DoorJudge, _ number: Int, _ bytes: [UInt8], _ report: inout DoorReport
    ) {
        let answer = plan.spoil(raw)
        report.answers[answer.status, default: 0] += 1
        var faults = judge.faults(of: answer)
        if let order = answer.soldOrder {
            report.sold.append(order)
            if DoorPlan.isRefusedOnly(talk) { faults.append("a key that cannot buy has bought \(order)") }
        }
        let seen = "answer \(answer.status) \(answer.body.prefix(300))"
        report.faults += faults.map { fault("\($0); \(seen)", number, bytes) }
    }

    private func fault(_ what: String, _ number: Int, _ bytes: [UInt8]) -> String {
        """
        seed \(plan.seed), talk \(talk), request \(number): \(what)
            bytes: \(bytes.escaped)
            again: scripts/fuzz \(plan.requests) \(plan.seed) \(talk)
        """
    }
}
