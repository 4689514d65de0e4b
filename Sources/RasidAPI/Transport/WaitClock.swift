import RasidBase
import RasidOrders
import ServiceLifecycle

/// Ends the waits of ``CheckOrder`` whose time is over, at most ``Limits/waitTick`` late.
struct WaitClock: Service {
    let signals: OrderSignals
    let time: any TimeSource

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await signals.waitForReaders()
                try await time.sleep(for: Limits.waitTick)
                signals.ringLate(at: time.monotonic)
            }
        }
    }
}
