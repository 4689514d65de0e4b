import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase
import Synchronization

/// Time that stands still until a test moves it.
final class ManualTime: TimeSource {
    private let elapsed = Mutex<Int64>(0)

    var now: Timestamp { Timestamp(milliseconds: 1_761_696_163_000 + monotonic) }
    var monotonic: Int64 { elapsed.withLock { $0 } }

    func advance(_ duration: Duration) { elapsed.withLock { $0 += duration.milliseconds } }
    func sleep(for duration: Duration) async throws { advance(duration) }
}

/// The same ids in every run.
final class CountingIdentifiers: IdentifierSource {
    private let last = Mutex<UInt64>(0)

    func random64() -> UInt64 {
        last.withLock { last in
            last += 1
            // Spread over all bits, so that keys differ from their first character on.
            return last &* 0x9e37_79b9_7f4a_7c15
        }
    }
}

/// A store in a folder of its own, with a clock and ids under the test's hand.
final class ShopFixture: Sendable {
    let store: InlineSQLiteDatabase
    let time = ManualTime()
    let identifiers = CountingIdentifiers()
    private let path: String

    init() throws {
        let name = "rasid-tests-\(UInt64.random(in: .min ... .max))"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        store = try InlineSQLiteDatabase(path: path + "/rasid.db", migrations: AccountsSchema.migrations)
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    func account(_ username: String = "+213555000000") throws -> AccountID {
        let now = time.now
        return try store.commit { try Accounts.create(username: username, name: "Shop", at: now, in: $0) }
    }

    /// Makes a key and says its text.
    func key(for account: AccountID, _ settings: KeySettings = KeySettings(environment: .sandbox)) throws -> KeyText {
        let key = KeyText.fresh(from: identifiers)
        let now = time.now
        _ = try store.commit { try APIKeys.create(key, settings, for: account, at: now, in: $0) }
        return key
    }
}

/// Counts the reads that reach the store, and can make them fail.
final class CountingDatabase: Database {
    private let store: any Database
    private let state = Mutex((reads: 0, failure: StoreFailure?.none))

    init(_ store: any Database) {
        self.store = store
    }

    var reads: Int { state.withLock { $0.reads } }

    func fail(with failure: StoreFailure?) { state.withLock { $0.failure = failure } }

    func read<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
        try state.withLock { state in
            state.reads += 1
            if let failure = state.failure { throw failure }
        }
        return try await store.read(body)
    }

    func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
        try await store.write(body)
    }

    func scan<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result {
        try await store.scan(body)
    }

    func hasOutsideCommits() async throws -> Bool { try await store.hasOutsideCommits() }
}
