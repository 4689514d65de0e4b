import RasidBase

/// The store: closures go in, one transaction each, answers come out after the commit.
public protocol Database: Sendable {
    /// Runs `body` in a transaction and answers after its commit is durable.
    ///
    /// `body` checks before it writes: one that throws without having written costs its neighbours nothing.
    /// It may run more than once (law 2). Cancelling the caller does not stop it.
    ///
    /// - Throws: what `body` throws, with nothing stored; or ``StoreFailure``.
    func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result

    /// Runs `body` on one snapshot; for look-ups by key and single pages, which take microseconds.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result

    /// Runs `body` on one snapshot, away from the threads that serve requests; for anything that scans.
    func scan<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) async throws -> Result

    /// Whether another process has committed since the last call.
    func hasOutsideCommits() async throws -> Bool
}
