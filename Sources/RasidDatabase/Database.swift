public import RasidBase

/// The store: closures go in, one transaction each, answers come out after the commit.
public protocol Database: Sendable {
    /// Runs `body` in a transaction and answers after its commit is durable.
    ///
    /// `body` checks before it writes: one that throws without having written costs its neighbours nothing.
    /// It may run more than once (law 2). Cancelling the caller does not stop it.
    ///
    /// - Throws: what `body` throws, with nothing stored; or ``StoreFailure``.
    func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result

    /// The same for a sale, which locks one wallet and nothing of any other: it may share a transaction with others.
    ///
    /// - Throws: ``StoreFailure/unavailable(_:)`` also where sales that came earlier have waited for too long.
    func write<Result: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result

    /// Whether sales have waited for so long that another one would be refused: who asks before it begins spares the work.
    var isBehind: Bool { get }

    /// Runs `body` on one snapshot; for look-ups by key and single pages, which take microseconds.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result

    /// Runs `body` on one snapshot, away from the threads that serve requests; for anything that scans.
    func scan<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result

    /// Whether another process may have committed since the last call.
    func hasOutsideCommits() async throws -> Bool

    /// What the clock of the store's own machine says; nil where that is this machine.
    func clock() async throws -> Timestamp?
}

extension Database {
    public func write<Result: Sendable>(
        for wallet: WalletID, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await write(body)
    }

    public var isBehind: Bool { false }

    public func clock() async throws -> Timestamp? { nil }
}
