import Logging
import RasidBase
public import RasidStock
public import ServiceLifecycle

/// Writes the counted repeats of openings once a minute, and a last time when the server stops.
public struct RevealCounting: Service {
    private let reveals: Reveals
    private let time: any TimeSource
    private let logger: Logger

    public init(_ reveals: Reveals, _ delivery: Delivery) {
        self.reveals = reveals
        time = delivery.time
        logger = delivery.logger
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await time.sleep(for: Limits.revealCounterPause)
                await flush()
            }
        }
        await flush()
    }

    private func flush() async {
        do {
            try await reveals.flush()
        } catch {
            logger.error("repeated openings could not be counted", metadata: ["cause": "\(error)"])
        }
    }
}
