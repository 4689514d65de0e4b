import RasidBase
import RasidDatabase
import ServiceLifecycle

/// A shop's store whose own clock is the test's: a node's clock may be no other than the database's.
struct ClockedDatabase<Store: ServedDatabase>: ServedDatabase, ForwardingDatabase {
    let store: Store
    let time: any TimeSource

    var isShared: Bool { store.isShared }
    var outsideCommits: AsyncStream<Void> { store.outsideCommits }

    func write<Answer: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await store.write(for: wallet, body)
    }

    func clock() async throws -> Timestamp? { time.now }
    func run() async throws { try await store.run() }
    func close() async throws { try await store.close() }
}

extension ServedDatabase {
    func clocked(by time: any TimeSource) -> any ServedDatabase {
        ClockedDatabase(store: self, time: time)
    }
}
