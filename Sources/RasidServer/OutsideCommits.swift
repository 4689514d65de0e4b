import RasidOrders
import ServiceLifecycle

/// Wakes whoever waits for an order or for work as soon as another node has committed something.
struct OutsideCommits: Service {
    private let commits: AsyncStream<Void>
    private let signals: OrderSignals

    init(_ commits: AsyncStream<Void>, _ signals: OrderSignals) {
        self.commits = commits
        self.signals = signals
    }

    func run() async throws {
        for await _ in commits.cancelOnGracefulShutdown() { signals.outsideCommit() }
        // Where nobody tells, a service that ended would end the server.
        try? await gracefulShutdown()
    }
}
