import RasidBase
import RasidDatabase
import ServiceLifecycle
import Synchronization

/// Ends a server whose shop has moved away while nobody heard of it, as one that was stopped and goes on.
///
/// Its end is the end of the server, which drains.
final class MovedAway: Service {
    private let database: any Database
    private let time: any TimeSource
    private let found = Mutex<Refusal?>(nil)

    init(database: any Database, time: any TimeSource) {
        self.database = database
        self.time = time
    }

    /// Where the shop has gone.
    var refusal: Refusal? { found.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while refusal == nil, (try? await time.sleep(for: .seconds(1))) != nil {
                do {
                    try await database.read { try StoreMark.refuse(in: $0) }
                } catch let refusal as Refusal {
                    found.withLock { $0 = refusal }
                } catch {
                    // A store that does not answer says nothing of a move.
                }
            }
        }
    }
}
