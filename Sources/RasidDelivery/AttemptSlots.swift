import Synchronization

/// How many calls to one operator are under way: bounded concurrency (law 10).
///
/// The bound is told with each call, for its owner may set another one while the server runs.
final class AttemptSlots: Sendable {
    private struct State {
        var used = 0
        /// The last claim was cut short by the slots: whoever gives one back must say so.
        var isWanted = false
    }

    private let state = Mutex(State())

    var used: Int { state.withLock { $0.used } }

    /// Takes what is free, at most `wanted`; what is not used is given back.
    func take(_ wanted: Int, of bound: Int) -> Int {
        state.withLock { state in
            let taken = max(0, min(wanted, bound - state.used))
            state.used += taken
            return taken
        }
    }

    /// There may be more work than there were slots.
    ///
    /// - Returns: whether a slot is free by now; if not, the next one that is given back tells.
    func want(of bound: Int) -> Bool {
        state.withLock { state in
            state.isWanted = state.used >= bound
            return !state.isWanted
        }
    }

    /// - Returns: whether somebody waits for what was given back.
    func giveBack(_ count: Int = 1) -> Bool {
        state.withLock { state in
            state.used -= count
            defer { state.isWanted = false }
            return state.isWanted
        }
    }
}
