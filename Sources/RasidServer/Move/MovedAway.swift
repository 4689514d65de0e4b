import RasidBase
import RasidDatabase
import ServiceLifecycle

/// Ends a server whose shop has moved away while nobody heard of it, as one that was stopped and goes on.
struct MovedAway: Service {
    let database: any Database
    let time: any TimeSource

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while (try? await time.sleep(for: .seconds(1))) != nil {
                do {
                    try await database.read { try StoreMark.refuse(in: $0) }
                } catch is StoreFailure {
                    // A store that does not answer says nothing of a move.
                }
            }
        }
    }
}
