import Dispatch
import Synchronization

@testable import RasidDatabase

/// A group commit writer on a real file, whose thread can be held so that a whole batch waits behind it.
final class WriterBench: Sendable {
    typealias Body = @Sendable (Transaction) throws -> Int64

    let writer: GroupCommitWriter
    private let folder: TemporaryFolder
    private let access: SQLiteAccess

    init() throws {
        folder = try TemporaryFolder()
        access = try SQLiteAccess(path: folder.store, purpose: .writing)
        try SQLiteSchema.prepare(access, path: folder.store, migrations: TestTables.migrations)
        writer = GroupCommitWriter(access)
    }

    /// Runs `bodies` in one batch.
    ///
    /// - Returns: what each was answered, in their order.
    func batch(_ bodies: [Body]) async -> [Result<Int64, any Error>] {
        let gate = await hold()
        let replies = Replies()
        for body in bodies { enqueue(body, replies) }
        gate.open()
        return await replies.wait(for: bodies.count)
    }

    func one(_ body: @escaping Body) async throws -> Int64 {
        let replies = Replies()
        enqueue(body, replies)
        return try await replies.wait(for: 1)[0].get()
    }

    func names() async throws -> [String] {
        let names = Mutex<[String]>([])
        _ = try await one { transaction in
            let found = try Notes.names(in: transaction)
            names.withLock { $0 = found }
            return 0
        }
        return names.withLock { $0 }
    }

    /// Returns when the writer's thread stands inside a write and goes no further.
    func hold() async -> Gate {
        let gate = Gate()
        writer.enqueue(PendingWriteOf({ _ in gate.pass() }, reply: { _ in }))
        await gate.isReached()
        return gate
    }

    func enqueue(_ body: @escaping Body, _ replies: Replies, isSale: Bool = false) {
        let place = replies.reserve()
        writer.enqueue(PendingWriteOf(body) { replies.set($0, at: place) }, isSale: isSale)
    }

    func close() async throws {
        await writer.stop()
        try access.close()
    }
}

/// Stops one thread until it is opened.
final class Gate: Sendable {
    private let opening = DispatchSemaphore(value: 0)
    private let (reached, arrival) = AsyncStream<Void>.makeStream()

    func pass() {
        arrival.finish()
        opening.wait()
    }

    func isReached() async {
        for await _ in reached {}
    }

    func open() { opening.signal() }
}

/// Answers as they come, in the order in which they were asked for.
final class Replies: Sendable {
    private let answers = Mutex<[Result<Int64, any Error>?]>([])
    private let (arrivals, arrival) = AsyncStream<Void>.makeStream()

    func reserve() -> Int {
        answers.withLock { answers in
            answers.append(nil)
            return answers.count - 1
        }
    }

    func set(_ answer: Result<Int64, any Error>, at place: Int) {
        answers.withLock { $0[place] = answer }
        arrival.yield()
    }

    /// What has been answered by now.
    var now: [Result<Int64, any Error>?] { answers.withLock { $0 } }

    func wait(for count: Int) async -> [Result<Int64, any Error>] {
        var come = 0
        for await _ in arrivals {
            come += 1
            if come == count { break }
        }
        return answers.withLock { $0.compactMap { $0 } }
    }
}
