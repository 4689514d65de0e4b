import Synchronization

/// Somebody who waits for an order: rung when it may have changed, when the time is over, and when nobody is there any
/// more.
public final class OrderWaiter: Sendable {
    private let bell = Bell()
    private let isGone = Atomic<Bool>(false)

    public init() {}

    /// Nobody waits any more: what is known is answered.
    public func giveUp() {
        isGone.store(true, ordering: .releasing)
        bell.ring()
    }

    var hasGivenUp: Bool { isGone.load(ordering: .acquiring) }

    func ring() {
        bell.ring()
    }

    /// Returns at the next ring, or when the task is cancelled.
    func wait() async {
        await bell.wait()
    }
}
