import RasidBase
import RasidSimulation
import Synchronization

/// Ids that are the same in every run of a seed.
final class SeededIdentifiers: IdentifierSource {
    private let dice: Mutex<Dice>

    init(seed: UInt64) {
        dice = Mutex(Dice(seed: seed))
    }

    func random64() -> UInt64 { dice.withLock { $0.next() } }
}
