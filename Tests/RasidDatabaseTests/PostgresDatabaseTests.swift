import Dispatch
import Foundation
import RasidBase
import RasidTesting
import Synchronization
import Testing

@testable import RasidDatabase

/// What only a server does: conflicts, lost connections, commits that nobody confirms, settings that are wrong.
@Suite(
    .enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"),
    .timeLimit(.minutes(2)))
struct PostgresDatabaseTests {
    private static func wallet(_ account: Int64) -> WalletID {
        WalletID(account: AccountID(account), environment: .sandbox)
    }

    private static let endMySession = Statement("SELECT pg_terminate_backend(pg_backend_pid())")

    private func run<Answer>(
        _ migrations: [Migration] = TestTables.migrations, _ body: (PostgresDatabase) async throws -> Answer
    ) async throws -> Answer {
        let store = try PostgresDatabase(url: try await TestServer.freshSchema(), migrations: migrations)
        do {
            let answer = try await body(store)
            await store.close()
            return answer
        } catch {
            await store.close()
            throw error
        }
    }

    @Test func `transactions that lock each other out run again, and both are done`() async throws {
        try await run { store async throws in
            try await store.write { transaction in
                try Notes.add("a", in: transaction)
                try Notes.add("b", in: transaction)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    let names = number.isMultiple(of: 2) ? ["a", "b"] : ["b", "a"]
                    group.addTask {
                        try await store.write { transaction in
                            for name in names { _ = try Notes.increase(name, in: transaction) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.read { try Notes.number("a", in: $0) } == 8)
            #expect(try await store.read { try Notes.number("b", in: $0) } == 8)
        }
    }

    @Test func `a session that is ended inside a transaction is opened anew, and the work is done once`() async throws {
        try await run { store async throws in
            let tries = Mutex(0)
            try await store.write { transaction in
                try Notes.add("a", in: transaction)
                let isFirst = tries.withLock { tries in
                    tries += 1
                    return tries == 1
                }
                if isFirst { _ = try transaction.exists(Self.endMySession) }
            }
            #expect(tries.withLock { $0 } == 2)
            #expect(try await store.read { try Notes.names(in: $0) } == ["a"])
        }
    }

    @Test func `a commit whose session ends is in doubt, and is not run again`() async throws {
        // The end of the transaction waits inside a trigger until somebody ends the session.
        let slowly = Migration(
            room: "slow", number: 1,
            """
            CREATE FUNCTION wait_to_be_ended() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$
            """,
            """
            CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait_to_be_ended()
            """)
        try await run(TestTables.migrations + [slowly]) { store async throws in
            let tries = Tally()
            let failure = await #expect(throws: StoreFailure.self) {
                try await store.write { transaction in
                    tries.add()
                    try Notes.add("a", in: transaction)
                }
            }
            guard case .inDoubt = failure else {
                Issue.record("\(String(describing: failure)) is not in doubt")
                return
            }
            #expect(tries.count == 1)
        }
    }

    @Test func `a transaction that goes on after a failed statement has stored nothing, and says so`() async throws {
        try await run { store async throws in
            let wrong = Statement("SELECT 1 / (SELECT count(*) - count(*) FROM notes)")
            let failure = StoreFailure.broken("a transaction went on after one of its statements had failed")
            await #expect(throws: failure) {
                try await store.write { transaction in
                    try Notes.add("a", in: transaction)
                    _ = try? transaction.exists(wrong)
                }
            }
            #expect(try await store.read { try Notes.names(in: $0) } == [])
        }
    }

    @Test func `a number that is not an integer is told, not taken for one`() async throws {
        try await run { store async throws in
            try await store.write { try Notes.add("a", 7, in: $0) }
            let sum = Statement("SELECT sum(number) FROM notes")
            let failure = await #expect(throws: StoreFailure.self) {
                try await store.read { try $0.first(sum) { $0.integer(0) } }
            }
            guard case .broken(let cause)? = failure else {
                Issue.record("\(String(describing: failure)) is not broken")
                return
            }
            #expect(cause.contains("read as an integer"))
        }
    }

    @Test func `a node whose ear was broken takes it that others have committed`() async throws {
        try await run { store async throws in
            let told = Tally()
            let listening = Task { for await _ in store.outsideCommits { told.add() } }
            try await eventually("it listens") { told.count == 1 }
            // Every other session of this store is ended: nobody heard what was told meanwhile.
            let end = Statement(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = current_schema() AND pid <> pg_backend_pid()
                """)
            try await store.write { _ = try $0.all(end) { $0.flag(0) } }
            try await eventually("it is told") { told.count >= 2 }
            await store.close()
            await listening.value
        }
    }

    @Test func `two idle nodes leave each other alone`() async throws {
        let url = try await TestServer.freshSchema()
        let nodes = try (0..<2).map { _ in try PostgresDatabase(url: url, migrations: TestTables.migrations) }
        let told = Tally()
        // Each answers a notice with a write that finds nothing to do, as a loop does.
        let loops = nodes.map { node in
            Task {
                for await _ in node.outsideCommits {
                    told.add()
                    _ = try? await node.write { try Notes.increase("nothing", in: $0) }
                }
            }
        }
        try await eventually("they listen") { told.count == 2 }
        try await nodes[0].write { try Notes.add("something", in: $0) }
        try await eventually("the other is told") { told.count == 3 }
        try await Task.sleep(for: .milliseconds(300))
        #expect(told.count == 3)
        for node in nodes { await node.close() }
        for loop in loops { await loop.value }
    }

    @Test func `a store that is not to be written to is told when a session begins`() async throws {
        let url = try await TestServer.freshSchema()
        let store = try PostgresDatabase(url: url, migrations: TestTables.migrations) { _ in
            throw Refusal("it has moved")
        }
        await #expect(throws: StoreFailure.unavailable("it has moved")) { try await store.write { _ in } }
        #expect(try await store.read { try Notes.names(in: $0) } == [])
        await store.close()
    }

    private func eventually(_ what: Comment, _ isTrue: () async throws -> Bool) async throws {
        for _ in 0..<500 {
            if (try? await isTrue()) == true { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record(what)
    }

    @Test func `another node's commit is told at once, and one's own is not`() async throws {
        let url = try await TestServer.freshSchema()
        let (store, other) = (
            try PostgresDatabase(url: url, migrations: TestTables.migrations),
            try PostgresDatabase(url: url, migrations: TestTables.migrations)
        )
        let told = Tally()
        let listening = Task { for await _ in store.outsideCommits { told.add() } }
        // The first is its ear's own: what was said before is not known.
        try await eventually("it listens") { told.count == 1 }
        for number in 0..<20 { try await store.write { try Notes.add("mine \(number)", in: $0) } }
        #expect(told.count == 1)
        try await other.write { try Notes.add("theirs", in: $0) }
        try await eventually("it is told") { told.count == 2 }
        await store.close()
        await other.close()
        await listening.value
    }

    @Test func `the clock is the server's`() async throws {
        try await run { store async throws in
            let now = SystemTime().now
            let theirs = try #require(try await store.clock())
            #expect(abs(theirs.since(now).milliseconds) < 60_000)
        }
    }

    @Test func `closures of one wallet share commits, and those of others run beside them`() async throws {
        try await run { store async throws in
            let gate = Statement("SELECT number FROM notes WHERE name = 'gate' {LOCK}")
            try await store.write { try Notes.add("gate", in: $0) }
            let number = Statement("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)")
            // While the first waits, the others of its wallet gather behind it.
            let transactions = try await withThrowingTaskGroup(of: Int64.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        try await store.write(for: Self.wallet(7)) { transaction in
                            if index == 0 { _ = try transaction.exists(Statement("SELECT pg_sleep(0.3)")) }
                            _ = try transaction.exists(gate)
                            _ = try Notes.increase("gate", in: transaction)
                            return try transaction.first(number) { $0.integer(0) } ?? 0
                        }
                    }
                    if index == 0 { try await Task.sleep(for: .milliseconds(100)) }
                }
                group.addTask { try await store.write(for: Self.wallet(8)) { _ in -1 } }
                return try await group.reduce(into: [Int64]()) { $0.append($1) }
            }
            #expect(transactions.count == 21 && Set(transactions).count <= 5, "\(transactions)")
            #expect(try await store.read { try Notes.number("gate", in: $0) } == 20)
        }
    }

    @Test func `a wallet whose turn was refused has its turn again`() async throws {
        let session = PostgresSession(try await TestServer.freshSchema())
        let workers = PostgresWorkers("one", [session], mostWaiting: 1)
        let batches = PostgresBatches(workers)
        func write() async throws -> Int {
            try await withCheckedThrowingContinuation { continuation in
                batches.enqueue(PendingWriteOf({ _ in 7 }) { continuation.resume(with: $0) }, for: Self.wallet(7))
            }
        }
        let gate = DispatchSemaphore(value: 0)
        // One is being done and one waits: there is room for no more.
        workers.enqueue { _ in gate.wait() }
        try await eventually("the first has begun") { workers.waiting == 0 }
        workers.enqueue { _ in }
        await #expect(throws: StoreFailure.self) { _ = try await write() }
        gate.signal()
        try await eventually("there is room again") { workers.waiting == 0 }
        #expect(try await write() == 7)
        await workers.stop()
    }

    @Test func `whoever waits in vain for a locked wallet keeps the others of its batch no longer than once`()
        async throws
    {
        try await run { store async throws in
            try await store.write { transaction in
                for name in ["0", "1", "2", "3"] { try Notes.add(name, in: transaction) }
            }
            let lock = Statement("SELECT number FROM notes WHERE name = '0' {LOCK}")
            let isHeld = DispatchSemaphore(value: 0)
            let holder = Task {
                try await store.write { transaction in
                    _ = try transaction.exists(lock)
                    isHeld.signal()
                    _ = try transaction.exists(Statement("SELECT pg_sleep(5)"))
                }
            }
            await withCheckedContinuation { continuation in
                Thread {
                    isHeld.wait(); continuation.resume()
                }.start()
            }
            let started = ContinuousClock.now
            let results = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        let name = "\(number % 4)"
                        let write = try? await store.write(for: Self.wallet(Int64(number % 4))) {
                            try Notes.increase(name, in: $0)
                        }
                        return write != nil
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(ContinuousClock.now - started < .seconds(5) + Limits.postgresSaleLock * 3)
            #expect(results.count == 12)
            try await holder.value
            for number in 0..<4 {
                let name = "\(number)"
                #expect(
                    try await store.write(for: Self.wallet(Int64(number))) { try Notes.increase(name, in: $0) } != nil)
            }
        }
    }

    @Test func `one closure that fails keeps none of its wallet's from being stored`() async throws {
        try await run { store async throws in
            let wrong = Statement("SELECT 1 / (SELECT count(*) - count(*) FROM notes)")
            let results = await withTaskGroup(of: Result<Int, any Error>.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        do {
                            return .success(
                                try await store.write(for: Self.wallet(7)) { transaction in
                                    if index % 5 == 1 { throw Stop(why: "before") }
                                    try Notes.add("\(index)", in: transaction)
                                    if index % 5 == 2 { throw Stop(why: "after") }
                                    if index % 5 == 3 { _ = try transaction.exists(wrong) }
                                    return index
                                })
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: [Result<Int, any Error>]()) { $0.append($1) }
            }
            let stored = results.compactMap { try? $0.get() }.map(String.init)
            #expect(Set(stored) == Set((0..<40).filter { $0 % 5 == 0 || $0 % 5 == 4 }.map(String.init)))
            #expect(try await store.read { try Notes.names(in: $0) } == stored.sorted())
        }
    }

    @Test func `nodes that start at once bring the database to their version once`() async throws {
        let url = try await TestServer.freshSchema()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let store = try PostgresDatabase(url: url, migrations: TestTables.migrations)
                    await store.close()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a database of another program is refused and left as it is`() async throws {
        let url = try await TestServer.freshSchema()
        let other = Migration(room: "other", number: 1, "CREATE TABLE theirs (number BIGINT)")
        let theirs = try PostgresDatabase(url: url, migrations: [other])
        _ = try await theirs.write { try $0.run(Statement("DROP TABLE migrations")) }
        await theirs.close()
        let refusal = #expect(throws: Refusal.self) {
            _ = try PostgresDatabase(url: url, migrations: TestTables.migrations)
        }
        #expect(refusal?.description.contains("another program") == true)
    }

    @Test(arguments: [
        ("postgres://rasid@127.0.0.1:1/postgres", "cannot be reached"),
        ("postgres://nobody@SERVER/postgres", "nobody"), ("postgres://rasid@SERVER/nowhere", "nowhere"),
        ("postgres://rasid:secret@SERVER/nowhere", "nowhere"),
    ])
    func `a database that cannot be had is refused in one sentence, without its password`(
        url: String, says: String
    ) throws {
        let server = try #require(TestServer.url?.split(separator: "@").last?.split(separator: "/").first)
        let wrong = try DatabaseURL(url.replacing("SERVER", with: server))
        let refusal = #expect(throws: Refusal.self) {
            _ = try PostgresDatabase(url: wrong, migrations: TestTables.migrations)
        }
        let sentence = refusal?.description ?? ""
        #expect(sentence.contains(says) && sentence.contains("Check host"), "\(sentence)")
        #expect(!sentence.contains("secret"))
    }

    @Test(arguments: [
        "no url at all", "host=127.0.0.1", "postgres://rasid@127.0.0.1/postgres?wrong=1",
        "postgres://rasid:secret@word@127.0.0.1/postgres",
        "postgres://rasid:secret%zz@127.0.0.1/postgres", "postgres://[::1/postgres?password=secret",
        "mysql://rasid:secret@127.0.0.1/postgres", "", "postgres://rasid:secret/@127.0.0.1:5432/postgres",
    ])
    func `a URL that cannot be read is refused without being repeated`(url: String) {
        let refusal = #expect(throws: Refusal.self) { _ = try DatabaseURL(url) }
        let sentence = refusal?.description ?? ""
        #expect(sentence.contains("must look like postgres://") && !sentence.contains("secret"), "\(sentence)")
    }

    @Test func `a URL is printed without its password`() throws {
        let url = try DatabaseURL("postgres://me:secret@one:5433,two/shop?target_session_attrs=any&password=secret")
        #expect(url.description == "postgres://me@one:5433,two/shop")
    }
}
