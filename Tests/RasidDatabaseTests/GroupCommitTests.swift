import RasidBase
import Testing

@testable import RasidDatabase

/// What becomes of a batch in which one closure goes wrong (design §8).
@Suite(.timeLimit(.minutes(2)))
struct GroupCommitTests {
    private static let pageCount = Statement("PRAGMA page_count")
    private static let largeNote = Statement("INSERT INTO kinds (raw) VALUES (zeroblob(4000000))")
    private static let transactionCount = Statement("SELECT count(*) FROM notes")

    private let bench: WriterBench

    init() throws {
        bench = try WriterBench()
    }

    @Test func `closures that wait together are committed together`() async throws {
        let answers = await bench.batch(
            (0..<100).map { number in
                { transaction in
                    try Notes.add("n\(number)", in: transaction)
                    return try transaction.first(Self.transactionCount) { $0.integer(0) } ?? 0
                }
            })
        // Each sees those before it, so they ran in one transaction and in their order.
        #expect(answers.compactMap { try? $0.get() } == Array(1...100))
        try await bench.close()
    }

    @Test func `a closure that throws after writing is rolled back and its neighbours are committed`() async throws {
        let runs = Tally()
        let answers = await bench.batch([
            writing("before", runs),
            { transaction in
                try Notes.add("wrong", in: transaction)
                throw Stop(why: "after writing")
            },
            writing("after", runs),
        ])
        expect(answers, [.success, .stopped("after writing"), .success])
        #expect(try await bench.names() == ["after", "before"])
        // "before" ran in the batch and again alone; "after" was not yet run when the batch went down.
        #expect(runs.count == 3)
        try await bench.close()
    }

    @Test func `a closure that throws before writing leaves the batch alone`() async throws {
        let runs = Tally()
        let answers = await bench.batch([
            writing("before", runs),
            { transaction in
                guard try Notes.exists("before", in: transaction) else { return 0 }
                throw Stop(why: "before writing")
            },
            writing("after", runs),
        ])
        expect(answers, [.success, .stopped("before writing"), .success])
        #expect(try await bench.names() == ["after", "before"])
        #expect(runs.count == 2)
        try await bench.close()
    }

    @Test func `a refused insert that changed nothing counts as not having written`() async throws {
        let runs = Tally()
        let answers = await bench.batch([
            writing("a", runs),
            { transaction in
                if try Notes.addNew("a", 1, in: transaction) == nil { throw Stop(why: "taken") }
                return 0
            },
            writing("b", runs),
        ])
        expect(answers, [.success, .stopped("taken"), .success])
        #expect(runs.count == 2)
        try await bench.close()
    }

    @Test func `a full disk fails the closure that met it and no other`() async throws {
        _ = try await bench.one { transaction in
            let pages = try transaction.first(Self.pageCount) { $0.integer(0) } ?? 0
            try transaction.run(Statement("PRAGMA max_page_count = \(pages + 2)"))
            return 0
        }
        let answers = await bench.batch([
            writing("before"),
            { Int64(try $0.run(Self.largeNote)) },
            writing("after"),
        ])
        expect(answers, [.success, .unavailable, .success])
        #expect(try await bench.names() == ["after", "before"])
        try await bench.close()
    }

    @Test func `a closure under which the engine rolled back has failed, whatever it says`() async throws {
        let answers = await bench.batch([
            writing("before"),
            { transaction in
                try Notes.add("lost", in: transaction)
                return Int64(try transaction.run(SQLiteControl.rollback))
            },
            writing("after"),
        ])
        expect(answers, [.success, .unavailable, .success])
        #expect(try await bench.names() == ["after", "before"])
        try await bench.close()
    }

    @Test func `a failed commit fails the closure that caused it and no other`() async throws {
        let answers = await bench.batch([
            writing("before"),
            { transaction in
                try Notes.addChild("child", of: "nobody", in: transaction)
                return 0
            },
            writing("after"),
        ])
        expect(answers, [.success, .broken, .success])
        #expect(try await bench.names() == ["after", "before"])
        try await bench.close()
    }

    @Test func `a whole batch of closures that fail is answered, each with its own error`() async throws {
        let answers = await bench.batch(
            (0..<50).map { number in
                { transaction in
                    try Notes.add("n\(number)", in: transaction)
                    throw Stop(why: "\(number)")
                }
            })
        expect(answers, (0..<50).map { .stopped("\($0)") })
        #expect(try await bench.names() == [])
        try await bench.close()
    }

    private func writing(_ name: String, _ runs: Tally = Tally()) -> WriterBench.Body {
        { transaction in
            runs.add()
            try Notes.add(name, in: transaction)
            return 0
        }
    }

    private enum Expected {
        case success, stopped(String), unavailable, broken
    }

    private func expect(
        _ answers: [Result<Int64, any Error>], _ expected: [Expected], at: SourceLocation = #_sourceLocation
    ) {
        #expect(answers.count == expected.count, sourceLocation: at)
        for (answer, expected) in zip(answers, expected) {
            switch (answer, expected) {
            case (.success, .success), (.failure(StoreFailure.unavailable), .unavailable),
                (.failure(StoreFailure.broken), .broken):
                continue
            case (.failure(let stop as Stop), .stopped(let why)) where stop.why == why:
                continue
            default:
                Issue.record("\(answer) instead of \(expected)", sourceLocation: at)
            }
        }
    }
}
