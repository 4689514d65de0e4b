import RasidBase
import RasidTesting
import Synchronization
import Testing

@testable import RasidDatabase

/// What only a server does: conflicts, lost connections, commits that nobody confirms.
@Suite(
    .enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"),
    .timeLimit(.minutes(2)))
struct PostgresDatabaseTests {
    private static let endMySession = Statement("SELECT pg_terminate_backend(pg_backend_pid())")

    @Test func `transactions that lock each other out run again, and both are done`() async throws {
        try await PostgresStore.run { store async throws in
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
        try await PostgresStore.run { store async throws in
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
        try await PostgresStore.run(TestTables.migrations + [slowly]) { store async throws in
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
        try await PostgresStore.run { store async throws in
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
        try await PostgresStore.run { store async throws in
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

    @Test func `a store that is not to be written to is told when a session begins`() async throws {
        let url = try await TestServer.freshSchema()
        let store = try PostgresDatabase(
            url: url, migrations: TestTables.migrations, admits: { _ in throw Refusal("it has moved") })
        await #expect(throws: StoreFailure.unavailable("it has moved")) { try await store.write { _ in } }
        #expect(try await store.read { try Notes.names(in: $0) } == [])
        await store.close()
    }

    @Test func `the clock is the server's`() async throws {
        try await PostgresStore.run { store async throws in
            let now = SystemTime().now
            let theirs = try #require(try await store.clock())
            #expect(abs(theirs.since(now).milliseconds) < 60_000)
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
}
