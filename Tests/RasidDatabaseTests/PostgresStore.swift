import RasidBase
import RasidTesting
import Testing

@testable import RasidDatabase

/// A store on the tests' server, in a schema of its own.
enum PostgresStore {
    static func wallet(_ account: Int64) -> WalletID {
        WalletID(account: AccountID(account), environment: .sandbox)
    }

    private static let rest = Statement("SELECT pg_sleep(0.05)")

    /// Somebody holds what `lock` locks for as long as `body` takes, and never pauses.
    static func holding(
        in store: PostgresDatabase, _ lock: @escaping @Sendable (Transaction) throws -> Void,
        while body: () async throws -> Void
    ) async throws {
        let (isHeld, isOver) = (Tally(), Tally())
        let holder = Task {
            try await store.write { transaction in
                try lock(transaction)
                isHeld.add()
                while isOver.count == 0 { _ = try transaction.exists(rest) }
            }
        }
        defer { isOver.add() }
        try await eventually("it is held") { isHeld.count > 0 }
        try await body()
        isOver.add()
        try await holder.value
    }

    private static let lock = Statement("SELECT name FROM notes WHERE name = ? {LOCK SKIPPING}")

    /// A wallet is the note with its account's number.
    static let lockNotes: WalletLocks = { wallets, transaction in
        Set(try wallets.filter { try transaction.exists(lock, [.text("\($0.account.number)")]) })
    }

    /// For closures that lock what they change by themselves.
    static let lockNothing: WalletLocks = { wallets, _ in Set(wallets) }

    static func run<Answer>(
        _ migrations: [Migration] = TestTables.migrations,
        locks: @escaping WalletLocks = PostgresStore.lockNothing,
        _ body: (PostgresDatabase) async throws -> Answer
    ) async throws -> Answer {
        let store = try PostgresDatabase(
            url: try await TestServer.freshSchema(), migrations: migrations, locks: locks)
        do {
            let answer = try await body(store)
            await store.close()
            return answer
        } catch {
            await store.close()
            throw error
        }
    }
}

extension PostgresDatabase {
    convenience init(
        url: DatabaseURL, migrations: [Migration], admits: @escaping @Sendable (Transaction) throws -> Void = { _ in }
    ) throws {
        try self.init(url: url, migrations: migrations, locks: PostgresStore.lockNothing, admits: admits)
    }
}

/// Looks again and again, for five seconds.
func eventually(_ what: Comment, _ isTrue: () async throws -> Bool) async throws {
    for _ in 0..<500 {
        if (try? await isTrue()) == true { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record(what)
}
