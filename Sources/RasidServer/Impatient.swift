import RasidBase
import ServiceLifecycle

/// Ends a service that has not come to its own end soon after a shutdown began.
///
/// A client that fell silent in the middle of a request must not use up the time in which the loops behind the
/// API finish what runs: once all of the drain's time is over, everything is cut off at the same moment.
struct Impatient: Service {
    let service: any Service
    let patience: Duration
    let time: any TimeSource

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            group.addTask {
                try? await gracefulShutdown()
                try? await time.sleep(for: patience)
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
