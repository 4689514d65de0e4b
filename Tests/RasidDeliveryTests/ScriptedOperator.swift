import RasidBase
import RasidOperators
import Synchronization

/// An operator that says what the test tells it to, when the test tells it to.
final class ScriptedOperator: Operator {
    enum Purpose: Hashable {
        case recharge, ask
    }

    struct Call: Hashable {
        let number: Int
        let purpose: Purpose
        let job: Job
    }

    private struct State {
        var calls: [Call] = []
        var shown = 0
        var open: [Int: CheckedContinuation<OperatorAnswer, Never>] = [:]
        var answers: [Int: OperatorAnswer] = [:]
        var cut: Set<Int> = []
        var running = 0
        var mostRunning = 0
        var standing: OperatorAnswer?
    }

    let capabilities: OperatorCapabilities
    /// A deaf operator goes on when its call is given up.
    private let isDeaf: Bool
    private let word: SubscriberWord
    private let state = Mutex(State())
    private let watch = Watch()

    init(
        _ capabilities: OperatorCapabilities = OperatorCapabilities(
            checksNumbers: true, isSafeToRepeat: true, settlingTime: .seconds(30), concurrency: 4),
        isDeaf: Bool = false, word: SubscriberWord = .cannotTell
    ) {
        self.capabilities = capabilities
        self.isDeaf = isDeaf
        self.word = word
    }

    var calls: [Call] { state.withLock { $0.calls } }
    var running: Int { state.withLock { $0.running } }
    var mostRunning: Int { state.withLock { $0.mostRunning } }

    func check(_ number: ServiceNumber) async -> SubscriberWord { word }
    func recharge(_ job: Job) async -> OperatorAnswer { await call(.recharge, job) }
    func ask(_ job: Job) async -> OperatorAnswer { await call(.ask, job) }

    /// The next call that comes in, each shown once and in order.
    func nextCall() async throws -> Call {
        try await watch.until { state.withLock { $0.shown < $0.calls.count } }
        return state.withLock { state in
            state.shown += 1
            return state.calls[state.shown - 1]
        }
    }

    func nextCalls(_ count: Int) async throws -> [Call] {
        var calls: [Call] = []
        for _ in 0..<count { calls.append(try await nextCall()) }
        return calls
    }

    /// Returns once that call was given up.
    func cut(_ call: Call) async throws {
        try await watch.until { state.withLock { $0.cut.contains(call.number) } }
    }

    func answer(
        _ call: Call, _ outcome: OperatorAnswer.Outcome, words: String = "as the test says",
        trouble: OperatorTrouble? = nil
    ) {
        let answer = OperatorAnswer(outcome, words: words, trouble: trouble)
        let continuation = state.withLock { state in
            if let open = state.open.removeValue(forKey: call.number) { return Optional(open) }
            state.answers[call.number] = answer
            return nil
        }
        continuation?.resume(returning: answer)
    }

    /// From now on every call is answered at once.
    func answerAll(_ outcome: OperatorAnswer.Outcome) {
        let open = state.withLock { state in
            state.standing = OperatorAnswer(outcome, words: "as the test says")
            defer { state.open = [:] }
            return Array(state.open.values)
        }
        for continuation in open { continuation.resume(returning: OperatorAnswer(outcome, words: "as the test says")) }
    }

    /// A receipt with a code of its own for every order.
    static func yes(_ job: Job) -> OperatorAnswer.Outcome {
        .fulfilled(OperatorReceipt(transactionNumber: "T-\(job.order)", code: "CODE-\(job.order)"))
    }

    private static let cutOff = OperatorAnswer(.unknown, words: "the call was given up")

    private func call(_ purpose: Purpose, _ job: Job) async -> OperatorAnswer {
        let call = begin(purpose, job)
        defer { state.withLock { $0.running -= 1 } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let ready = wait(call, continuation) { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let open = state.withLock { state in
                state.cut.insert(call.number)
                return isDeaf ? nil : state.open.removeValue(forKey: call.number)
            }
            open?.resume(returning: Self.cutOff)
            watch.changed()
        }
    }

    private func begin(_ purpose: Purpose, _ job: Job) -> Call {
        let call = state.withLock { state in
            let call = Call(number: state.calls.count, purpose: purpose, job: job)
            state.calls.append(call)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            return call
        }
        watch.changed()
        return call
    }

    /// - Returns: what can be answered at once.
    private func wait(_ call: Call, _ continuation: CheckedContinuation<OperatorAnswer, Never>) -> OperatorAnswer? {
        state.withLock { state in
            if let answer = state.answers.removeValue(forKey: call.number) ?? state.standing { return answer }
            if state.cut.contains(call.number), !isDeaf { return Self.cutOff }
            state.open[call.number] = continuation
            return nil
        }
    }
}
