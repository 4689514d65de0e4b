public import ServiceLifecycle

/// An engine that a server serves from, until it is closed.
public protocol ServedDatabase: Database, Service {
    /// Whether several servers may serve from it at once.
    var isShared: Bool { get }

    /// Tells soon after other processes have committed, where the engine does; a poll stands behind it.
    var outsideCommits: AsyncStream<Void> { get }

    /// Commits and answers what waits, then closes every connection.
    func close() async throws
}
