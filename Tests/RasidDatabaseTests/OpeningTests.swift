import Dispatch
import Foundation
import GRDB
import RasidBase
import Synchronization
import Testing

@testable import RasidDatabase

/// Which files a store may be opened on, and what the owner is told of the others.
@Suite(.timeLimit(.minutes(2)))
struct OpeningTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `opens at the same time all succeed and migrate once`() async throws {
        for round in 0..<20 {
            let path = folder.file("race\(round).db")
            let outcomes = Mutex<[Result<SQLiteDatabase, any Error>]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                let outcome = Result { try SQLiteDatabase(path: path, migrations: TestTables.migrations) }
                outcomes.withLock { $0.append(outcome) }
            }
            for outcome in outcomes.withLock({ $0 }) {
                let store = try outcome.get()
                try await store.write { _ = try Notes.addNew("a", 1, in: $0) }
                try await store.close()
            }
        }
    }

    @Test func `a store is opened while others write it and close it`() throws {
        let failures = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            do {
                for round in 0..<20 {
                    let store = try open()
                    try store.commit { try Notes.add("\(thread).\(round)", in: $0) }
                    try store.close()
                }
            } catch {
                failures.withLock { $0.append(error) }
            }
        }
        #expect(failures.withLock { $0 }.isEmpty)
        let store = try open()
        #expect(try store.look { try Notes.names(in: $0) }.count == 80)
        try store.close()
    }

    @Test func `an empty file becomes a store`() throws {
        try folder.write([], to: "rasid.db")
        try open().close()
        try open().close()
    }

    @Test(arguments: [true, false])
    func `a log whose file is gone or empty is refused and kept`(isGone: Bool) throws {
        let store = try open()
        try store.commit { try Notes.add("a", in: $0) }
        let log = try folder.bytes(of: "rasid.db-wal")
        #expect(!log.isEmpty)
        let other = try TemporaryFolder()
        try other.write(log, to: "rasid.db-wal")
        if !isGone { try other.write([], to: "rasid.db") }
        #expect(throws: Refusal.self) {
            try InlineSQLiteDatabase(path: other.store, migrations: TestTables.migrations)
        }
        #expect(try other.bytes(of: "rasid.db-wal") == log)
        #expect(!DataFolder.holdsStore(at: other.path))
        try store.close()
    }

    @Test func `a store that needs no migration opens while another process writes`() throws {
        try open().close()
        let writing = try SQLiteAccess(path: folder.store, purpose: .writing)
        try writing.run { connection in
            #expect(try connection.control(SQLiteControl.begin) == nil)
            let took = try ContinuousClock().measure { try open().close() }
            #expect(took < Limits.busyWait)
            #expect(try connection.control(SQLiteControl.rollback) == nil)
        }
        try writing.close()
    }

    @Test func `another program's SQLite file is refused and left as it is`() throws {
        let foreign = try DatabaseQueue(path: folder.store)
        try foreign.write { try $0.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
        try foreign.close()
        let before = try folder.bytes(of: "rasid.db")
        expectRefusal("belongs to another program")
        #expect(try folder.bytes(of: "rasid.db") == before)
        #expect(try folder.names() == ["rasid.db"])
    }

    @Test(arguments: [5, 100, 5000])
    func `a file that is no database is refused and left as it is`(size: Int) throws {
        let garbage = [UInt8](repeating: UInt8(ascii: "g"), count: size)
        try folder.write(garbage, to: "rasid.db")
        expectRefusal("is not a Rasid store")
        #expect(try folder.bytes(of: "rasid.db") == garbage)
        #expect(try folder.names() == ["rasid.db"])
    }

    @Test func `a damaged store is refused`() throws {
        try open().close()
        var bytes = try folder.bytes(of: "rasid.db")
        for index in 100..<4096 { bytes[index] = 0xff }
        try folder.write(bytes, to: "rasid.db")
        expectRefusal("damaged")
    }

    @Test func `a folder, or a file where a folder should be, is refused`() throws {
        try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: false)
        expectRefusal("cannot be opened")
        try folder.write([1], to: "file")
        expectRefusal("cannot be opened", path: folder.file("file/rasid.db"))
        expectRefusal("cannot be opened", path: folder.file("missing/rasid.db"))
    }

    private func open() throws -> InlineSQLiteDatabase {
        try InlineSQLiteDatabase(path: folder.store, migrations: TestTables.migrations)
    }

    /// Both drivers, for both have an opening of their own.
    private func expectRefusal(_ part: String, path: String? = nil, at: SourceLocation = #_sourceLocation) {
        let path = path ?? folder.store
        let migrations = TestTables.migrations
        let refusals = [
            #expect(throws: Refusal.self, sourceLocation: at) {
                try SQLiteDatabase(path: path, migrations: migrations)
            },
            #expect(throws: Refusal.self, sourceLocation: at) {
                try InlineSQLiteDatabase(path: path, migrations: migrations)
            },
        ]
        for case let refusal? in refusals {
            #expect(refusal.description.contains(part), sourceLocation: at)
            #expect(refusal.description.contains(path), sourceLocation: at)
        }
    }
}
