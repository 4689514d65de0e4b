import RasidOrders
import ServiceLifecycle

/// The first to hear of a shutdown: answers open waits and makes the server unready.
struct Draining: Service {
    let signals: OrderSignals
    let onStopping: @Sendable () -> Void

    func run() async throws {
        try? await gracefulShutdown()
        signals.drain()
        onStopping()
    }
}
