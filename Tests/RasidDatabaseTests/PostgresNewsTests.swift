import RasidTesting
import Testing

@testable import RasidDatabase

/// A node hears of what others commit.
@Suite(
    .enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"),
    .timeLimit(.minutes(2)))
struct PostgresNewsTests {
    @Test func `a node whose ear was broken takes it that others have committed`() async throws {
        try await PostgresStore.run { store async throws in
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
}
