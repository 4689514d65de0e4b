import Synchronization

/// Remembers the `data_version` of the writing connection: it moves only when somebody else has committed.
final class OutsideCommits: Sendable {
    private let seen = Mutex<Int64?>(nil)

    func isNew(_ version: Int64) -> Bool {
        seen.withLock { seen in
            defer { seen = version }
            return seen.map { $0 != version } ?? false
        }
    }
}
