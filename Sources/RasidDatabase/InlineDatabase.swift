public import RasidBase

/// An engine whose closures run on their caller: for a simulation, and for a command that does one thing (law 8).
public protocol InlineDatabase: Database {
    /// Commits `body` now and answers on the caller's own stack.
    func commit<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) throws -> Answer

    /// Runs `body` on one snapshot, on the caller's own stack.
    func look<Answer>(_ body: (Transaction) throws -> Answer) throws -> Answer

    /// Keeps everybody else from writing to these tables until the transaction ends.
    func lock(_ tables: [StoredTable], in transaction: Transaction) throws

    /// Ends everybody else's sessions with the store: what they have begun is taken back, and a new one begins by looking
    /// at the store's mark.
    func endOthers(in transaction: Transaction) throws

    /// What the clock of the store's own machine says; nil where that is this machine.
    func now(in transaction: Transaction) throws -> Timestamp?

    /// Which store this is, however it was addressed; nil for one that its place tells.
    func identity(in transaction: Transaction) throws -> String?

    /// Rows came in by the million, with their keys: the engine counts its own up behind them, and plans for them.
    func takenIn(_ tables: [StoredTable], in transaction: Transaction) throws

    func close() throws
}

extension InlineDatabase {
    // One writer at a time, and keys that are counted from the rows there are: the embedded store does both by itself.
    public func lock(_ tables: [StoredTable], in transaction: Transaction) throws {}
    public func takenIn(_ tables: [StoredTable], in transaction: Transaction) throws {}
    public func endOthers(in transaction: Transaction) throws {}
    public func now(in transaction: Transaction) throws -> Timestamp? { nil }
    public func identity(in transaction: Transaction) throws -> String? { nil }

    public func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try commit(body)
    }

    public func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try look(body)
    }

    public func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try look(body)
    }
}
