import RasidBase
import RasidOperators

/// One order from its first call to its end, with everything that an operator said of it.
struct OperatorStory: Sendable {
    enum Expectation: Sendable {
        case recharge, refusal
    }

    enum Call: String, Sendable {
        case recharge, ask
    }

    let job: Job
    private let remote: any Operator
    private let expectation: Expectation
    private let remembers: Bool
    private(set) var answers: [OperatorAnswer] = []
    private var receipts: Set<OperatorReceipt> = []
    private var hasSaidNo = false
    private var complaints: [String] = []

    init(_ job: Job, _ remote: any Operator, _ expectation: Expectation, remembers: Bool) {
        self.job = job
        self.remote = remote
        self.expectation = expectation
        self.remembers = remembers
    }

    var codes: Set<String> { Set(receipts.map(\.code)) }

    /// Whether the last word was a yes or a no.
    var isDecidedByLast: Bool {
        switch answers.last?.outcome {
        case .fulfilled, .refused: true
        default: false
        }
    }

    /// Everything that was wrong with it.
    func found() -> [String] {
        let spoken = answers.filter { answer in codes.contains { answer.words.contains($0) } }
        return complaints + spoken.map { "the code stands in the words: \($0.words)" }
    }

    mutating func complain(_ sentence: String) {
        complaints.append("\(sentence) (order \(job.order), \(answers.map { Self.name($0) }.joined(separator: ", ")))")
    }

    // MARK: - Calls

    mutating func recharge() async { await call(.recharge) }

    mutating func ask() async { await call(.ask) }

    /// Calls once and gives up as whoever sells does: at the deadline.
    mutating func call(_ call: Call) async {
        let deadline = remote.capabilities.deadline
        await make(call, within: deadline) { try await Task.sleep(for: deadline) }
    }

    /// Calls once and gives up as soon as something is true, at the latest at the deadline.
    mutating func call(_ call: Call, until isOver: @escaping @Sendable () -> Bool) async {
        let deadline = remote.capabilities.deadline
        let end = ContinuousClock.now + deadline
        await make(call, within: deadline) {
            while !isOver(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private mutating func make(
        _ call: Call, within deadline: Duration, until isOver: @escaping @Sendable () async throws -> Void
    ) async {
        let start = ContinuousClock.now
        let answer = await withTaskGroup(of: OperatorAnswer?.self) { [remote, job] group in
            group.addTask {
                switch call {
                case .recharge: await remote.recharge(job)
                case .ask: await remote.ask(job)
                }
            }
            group.addTask {
                try? await isOver()
                return nil
            }
            var answer = await group.next() ?? nil
            group.cancelAll()
            while let late = await group.next() { answer = answer ?? late }
            return answer
        }
        let took = ContinuousClock.now - start
        if took > deadline + OperatorConformance.grace { complain("\(call.rawValue) took \(took)") }
        note(answer ?? OperatorAnswer(.unknown, words: ""), to: call)
    }

    /// Goes on as whoever sells does, until there is a yes or a no.
    mutating func settle(within patience: Duration) async {
        let end = ContinuousClock.now + patience
        while !isDecidedByLast, ContinuousClock.now < end {
            await ask()
            if isToBeSentAgain {
                guard remote.capabilities.isSafeToRepeat else { return }
                await recharge()
            }
            if !isDecidedByLast { try? await Task.sleep(for: .milliseconds(20)) }
        }
        if !isDecidedByLast { complain("not decided within \(patience)") }
    }

    private var isToBeSentAgain: Bool {
        switch answers.last?.outcome {
        case .neverSeen, .later: true
        default: false
        }
    }

    // MARK: - What may be said

    mutating func note(_ answer: OperatorAnswer, to call: Call) {
        let wasDecided = hasSaidNo || !receipts.isEmpty
        answers.append(answer)
        switch answer.outcome {
        case .fulfilled(let receipt):
            if expectation == .refusal { complain("a false yes") }
            if !receipt.isPlausible { complain("a yes with a receipt that no card could bear") }
            receipts.insert(receipt)
            if receipts.count > 1 { complain("\(receipts.count) receipts for one order") }
        case .refused:
            if expectation == .recharge { complain("a false no") }
            hasSaidNo = true
        case .neverSeen:
            if call == .recharge { complain("never seen, to a recharge") }
            if wasDecided, remembers { complain("it has forgotten what it had said") }
        case .later:
            if wasDecided { complain("nothing was begun, of what was over") }
        case .pending, .unknown:
            break
        }
    }

    private static func name(_ answer: OperatorAnswer) -> String {
        switch answer.outcome {
        case .fulfilled: "fulfilled"
        case .refused(let reason): "refused \(reason.rawValue)"
        case .later: "later: \(answer.words)"
        case .pending: "pending"
        case .unknown: "unknown: \(answer.words)"
        case .neverSeen: "never seen"
        }
    }
}
