import RasidBase
import Testing

@testable import RasidDatabase

/// The bounds of the writer's queue and its end.
@Suite(.timeLimit(.minutes(2)))
struct WriterQueueTests {
    private let bench: WriterBench

    init() throws {
        bench = try WriterBench()
    }

    @Test func `one write more than may wait is refused at once, and all that wait are answered`() async throws {
        let gate = await bench.hold()
        let waiting = Replies()
        for _ in 0..<Limits.waitingWrites { bench.enqueue({ _ in 1 }, waiting) }
        #expect(waiting.now.allSatisfy { $0 == nil })
        let refused = Replies()
        bench.enqueue({ _ in 1 }, refused)
        #expect(failure(refused.now[0]) == .unavailable("too many writes are waiting"))
        gate.open()
        let answers = await waiting.wait(for: Limits.waitingWrites)
        #expect(answers.allSatisfy { (try? $0.get()) == 1 })
        try await bench.close()
    }

    @Test func `closing answers what waits and refuses what comes later`() async throws {
        let gate = await bench.hold()
        let waiting = Replies()
        for number in 0..<300 { bench.enqueue(adding("n\(number)"), waiting) }
        async let closing: Void = bench.close()
        let late = Replies()
        var refusal: StoreFailure?
        while refusal == nil {
            await Task.yield()
            bench.enqueue(adding("late\(late.now.count)"), late)
            refusal = late.now.last.flatMap(failure)
        }
        #expect(refusal == .unavailable("the store is closing"))
        gate.open()
        try await closing
        #expect(waiting.now.count == 300)
        #expect(waiting.now.allSatisfy { (try? $0?.get()) == 0 })
        // Those that came before the end are answered, the last one was refused.
        #expect(late.now.dropLast().allSatisfy { (try? $0?.get()) == 0 })
    }

    private func adding(_ name: String) -> WriterBench.Body {
        { transaction in
            try Notes.add(name, in: transaction)
            return 0
        }
    }

    private func failure(_ answer: Result<Int64, any Error>?) -> StoreFailure? {
        guard case .failure(let error) = answer else { return nil }
        return error as? StoreFailure
    }
}
