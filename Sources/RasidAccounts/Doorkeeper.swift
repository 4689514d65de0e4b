public import RasidBase
public import RasidDatabase
import Synchronization

/// Decides who may come in: blocked addresses, keys, allowed addresses, rates, read-only keys (contract §2).
///
/// Its memory belongs to this process and is bounded. A key that came by less than ``Limits/keyCacheLife`` ago
/// costs one lock and one look-up; any other costs an indexed read.
public final class Doorkeeper: Sendable {
    private let database: any Database
    private let time: any TimeSource
    private let keyCacheLife: Int64
    private let door: Mutex<Door>

    public init(database: any Database, time: any TimeSource, settings: DoorSettings = DoorSettings()) {
        self.database = database
        self.time = time
        keyCacheLife = settings.keyCacheLife.milliseconds
        door = Mutex(Door(settings))
    }

    /// Lets a request in or says why not, the contract's first reason first.
    ///
    /// - Parameters:
    ///   - key: the header as it came, nil if it is missing.
    ///   - address: the caller's own, not a proxy's.
    ///   - writes: whether the route changes anything.
    /// - Throws: ``Problem``, or ``StoreFailure`` if the key cannot be looked up.
    public func admit(key: String?, from address: NetworkAddress, writes: Bool) async throws -> Admission {
        let visit = Visit(key: key, address: address, writes: writes)
        let asked = time.monotonic
        switch try door.withLock({ door throws(Problem) in try door.arrive(visit, now: asked) }) {
        case .admitted(let admission):
            return admission
        case .unknown(let hash):
            let holder = try await database.read { try APIKeys.find(hash: hash, in: $0) }
            // Trusted from before the read on, so that what is revoked meanwhile is not trusted longer.
            let freshUntil = asked + keyCacheLife
            let answered = time.monotonic
            return try door.withLock { door throws(Problem) in
                try door.learn(holder, of: hash, freshUntil: freshUntil, visit: visit, now: answered)
            }
        }
    }
}
