import Dispatch
import Foundation
import RasidBase
import Testing

@testable import RasidDatabase

/// What only the threaded SQLite driver promises.
@Suite(.timeLimit(.minutes(2)))
struct SQLiteDatabaseTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `two processes write one file and neither loses a write`() async throws {
        let first = try open()
        let second = try open()
        try await first.write { try Notes.add("sum", in: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in [first, second] {
                for _ in 0..<150 {
                    group.addTask { _ = try await store.write { try Notes.increase("sum", in: $0) } }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await first.read { try Notes.number("sum", in: $0) } == 300)
        #expect(try await second.read { try Notes.number("sum", in: $0) } == 300)
        try await first.close()
        try await second.close()
    }

    @Test func `a reader sees one snapshot from its first look to its last`() async throws {
        let store = try open()
        let gate = Gate()
        async let seen = store.scan { transaction in
            let before = try Notes.names(in: transaction)
            gate.pass()
            return [before, try Notes.names(in: transaction)]
        }
        await gate.isReached()
        try await store.write { try Notes.add("a", in: $0) }
        #expect(try await store.read { try Notes.names(in: $0) } == ["a"])
        gate.open()
        #expect(try await seen == [[], []])
        #expect(try await store.scan { try Notes.names(in: $0) } == ["a"])
        try await store.close()
    }

    @Test func `a read goes on while a write is held`() async throws {
        let store = try open()
        let gate = Gate()
        async let held: Void = store.write { transaction in
            try Notes.add("a", in: transaction)
            gate.pass()
        }
        await gate.isReached()
        #expect(try await store.read { try Notes.names(in: $0) } == [])
        gate.open()
        try await held
        #expect(try await store.read { try Notes.names(in: $0) } == ["a"])
        try await store.close()
    }

    @Test func `a closed store refuses writes and reads, and may be closed again`() async throws {
        let store = try open()
        try await store.write { try Notes.add("a", in: $0) }
        _ = try await store.read { try Notes.names(in: $0) }
        try await store.close()
        let closing = StoreFailure.unavailable("the store is closing")
        await #expect(throws: closing) { try await store.write { try Notes.add("b", in: $0) } }
        await #expect(throws: closing) { try await store.read { try Notes.names(in: $0) } }
        await #expect(throws: closing) { try await store.scan { try Notes.names(in: $0) } }
        await #expect(throws: closing) { try await store.hasOutsideCommits() }
        try await store.close()
    }

    @Test func `a store that cannot be opened for one more reader is unavailable`() async throws {
        let store = try open()
        try FileManager.default.removeItem(atPath: folder.store)
        let failure = await #expect(throws: StoreFailure.self) { try await store.read { try Notes.names(in: $0) } }
        if let failure, case .unavailable = failure {} else { Issue.record("\(String(describing: failure))") }
        try await store.close()
    }

    @Test func `commits are forced to the disk and foreign keys are checked`() async throws {
        let store = try open()
        let settings = try await store.write { transaction in
            [
                try transaction.first(Statement("PRAGMA journal_mode")) { $0.text(0) },
                try transaction.first(Statement("PRAGMA synchronous")) { $0.text(0) },
                try transaction.first(Statement("PRAGMA foreign_keys")) { $0.text(0) },
            ]
        }
        #expect(settings == ["wal", "2", "1"])
        try await store.close()
    }

    @Test func `the log is moved into the file while the store runs`() async throws {
        let store = try open()
        let insert = Statement("INSERT INTO kinds (raw) VALUES (zeroblob(1000000))")
        for _ in 0..<40 { _ = try await store.write { try $0.run(insert) } }
        while try folder.bytes(of: "rasid.db").count < 32_000_000 { try await Task.sleep(for: .milliseconds(20)) }
        try await store.close()
        #expect(try folder.names() == ["rasid.db"])
    }

    @Test func `beginning the log anew does not wait for a long reader, which would make writes wait`() async throws {
        try await open().close()
        let reading = try SQLiteAccess(path: folder.store, purpose: .reading)
        let writing = try SQLiteAccess(path: folder.store, purpose: .writing)
        let checkpointing = try SQLiteAccess(path: folder.store, purpose: .checkpointing)
        let took = try reading.snapshot { transaction in
            _ = try Notes.names(in: transaction)
            try writing.run { connection in
                #expect(try connection.control(SQLiteControl.begin) == nil)
                try Notes.add("a", in: Transaction(connection))
                #expect(try connection.control(SQLiteControl.commit) == nil)
            }
            return try ContinuousClock().measure {
                try checkpointing.run { connection in
                    _ = try Transaction(connection).all(SQLiteControl.restart) { $0.integer(0) }
                }
            }
        }
        #expect(took < .seconds(2))
    }

    private func open() throws -> SQLiteDatabase {
        try SQLiteDatabase(path: folder.store, migrations: TestTables.migrations)
    }
}
