import RasidBase
import Synchronization

/// Chance that falls the same way in every run of a seed (SplitMix64: Steele, Lea, Flood 2014).
package struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True so many times in a thousand.
    package mutating func falls(_ perMille: Int) -> Bool { below(1000) < perMille }

    /// True once in so many throws.
    package mutating func once(in chances: Int) -> Bool { below(chances) == 0 }

    package mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

    package mutating func milliseconds(_ range: ClosedRange<Int>) -> Int64 {
        Int64(range.lowerBound + below(range.count))
    }
}

/// Ids that are the same in every run of a seed.
final class DicedIdentifiers: IdentifierSource {
    private let dice: Mutex<Dice>

    init(seed: UInt64) {
        dice = Mutex(Dice(seed: seed))
    }

    func random64() -> UInt64 { dice.withLock { $0.next() } }
}
