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

    @Test func `sales are refused while a crowd has waited for too long, and other writes are not`() async throws {
        let gate = await bench.hold()
        let waiting = Replies()
        bench.enqueue({ _ in 1 }, waiting, isSale: true)
        for _ in 1..<Limits.sometimesWaitingSales - 1 { bench.enqueue({ _ in 1 }, waiting) }
        try await Task.sleep(for: Limits.oldestWaitingSale + .milliseconds(10))
        #expect(!bench.writer.isBehind)
        bench.enqueue({ _ in 1 }, waiting, isSale: true)
        #expect(bench.writer.isBehind)
        let refused = Replies()
        bench.enqueue({ _ in 1 }, refused, isSale: true)
        #expect(failure(refused.now[0]) == .unavailable("writes have waited for too long"))
        bench.enqueue({ _ in 1 }, waiting)
        gate.open()
        let answers = await waiting.wait(for: Limits.sometimesWaitingSales + 1)
        #expect(answers.allSatisfy { (try? $0.get()) == 1 })
        #expect(!bench.writer.isBehind)
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
