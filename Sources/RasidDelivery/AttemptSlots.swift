import Synchronization

/// How many calls to one operator may still be started: bounded concurrency (law 10).
final class AttemptSlots: Sendable {
    private struct State {
        var free: Int
        /// The last claim was cut short by the slots: whoever gives one back must say so.
        var isWanted = false
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    var available: Int { state.withLock { $0.free } }

    /// Takes what is free, at most `wanted`; what is not used is given back.
    func take(_ wanted: Int) -> Int {
        state.withLock { state in
            let taken = min(wanted, state.free)
            state.free -= taken
            return taken
        }
    }

    /// There may be more work than there were slots.
    ///
    /// - Returns: whether a slot is free by now; if not, the next one that is given back tells.
    func want() -> Bool {
        state.withLock { state in
            state.isWanted = state.free == 0
            return state.free > 0
        }
    }

    /// - Returns: whether somebody waits for what was given back.
    func giveBack(_ count: Int = 1) -> Bool {
        state.withLock { state in
            state.free += count
            defer { state.isWanted = false }
            return state.isWanted
        }
    }
}
