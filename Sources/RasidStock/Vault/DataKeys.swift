import RasidBase
import RasidDatabase
import Synchronization

/// The batches' rows: where cards came from, and the wrapped key that seals them.
enum Batches {
    private static let insert = Statement(
        """
        INSERT INTO batches (environment, source, data_key, created_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (source) DO NOTHING RETURNING id
        """)
    private static let select = Statement("SELECT id, data_key FROM batches WHERE source = ?")

    /// - Returns: nil if the source has a batch already.
    static func create(
        _ source: String, in environment: ShopEnvironment, key: [UInt8], at now: Timestamp, _ transaction: Transaction
    ) throws -> BatchNumber? {
        try transaction.first(
            insert, [.environment(environment), .text(source), .bytes(key), .time(now)]
        ) { BatchNumber($0.integer(0)) }
    }

    static func find(_ source: String, _ transaction: Transaction) throws -> (number: BatchNumber, key: [UInt8])? {
        try transaction.first(select, [.text(source)]) { (BatchNumber($0.integer(0)), $0.bytes(1)) }
    }
}

/// Data keys that have been unwrapped, kept open in memory.
final class DataKeys: Sendable {
    private static let bound = 4096

    private let vault: Vault
    private let opened = Mutex<[BatchNumber: DataKey]>([:])

    init(_ vault: Vault) {
        self.vault = vault
    }

    /// - Throws: ``StoreFailure/broken(_:)`` for a key that this vault did not wrap.
    func key(of batch: BatchNumber, wrapped: [UInt8]) throws -> DataKey {
        if let key = opened.withLock({ $0[batch] }) { return key }
        let key = try vault.unwrap(wrapped)
        opened.withLock { opened in
            if opened.count >= Self.bound { opened.removeAll() }
            opened[batch] = key
        }
        return key
    }
}
