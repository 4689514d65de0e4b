import RasidBase
import Synchronization

/// What a node knows of its server: one that has just refused a connection is left alone for a moment, by everybody; and
/// where one session was given up because nothing came back, the others' lines are not trusted either.
final class PostgresServer: Sendable {
    private let refusal = Mutex<(until: ContinuousClock.Instant, failure: StoreFailure)?>(nil)
    private let silence = Atomic<Int>(0)

    /// How often it has fallen silent: a line that was there before must show that its server is well, or is made anew, to
    /// whichever server leads by now.
    var silences: Int { silence.load(ordering: .relaxed) }

    func fellSilent() {
        silence.add(1, ordering: .relaxed)
    }

    /// - Throws: ``StoreFailure/unavailable(_:)``: what `connect` throws, or what it threw a moment ago.
    func reach(_ connect: () throws -> PostgresConnection) throws -> PostgresConnection {
        if let last = refusal.withLock({ $0 }), last.until > ContinuousClock.now { throw last.failure }
        do {
            let connection = try connect()
            refusal.withLock { $0 = nil }
            return connection
        } catch let failure as StoreFailure {
            refusal.withLock { $0 = (ContinuousClock.now + Limits.postgresRefused, failure) }
            throw failure
        }
    }
}
