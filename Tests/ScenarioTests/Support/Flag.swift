import Synchronization

/// Raised once by whoever wants others to come to an end by themselves.
final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)

    var isUp: Bool { raised.load(ordering: .acquiring) }

    func raise() {
        raised.store(true, ordering: .releasing)
    }
}
