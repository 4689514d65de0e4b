import NIOCore

/// One timer a connection that is moved lazily: a deadline that moves back, which is every request's, costs nothing.
struct Alarm {
    private var scheduled: Scheduled<Void>?
    private var rings = NIODeadline.distantFuture
    private var deadline: NIODeadline?

    mutating func set(_ deadline: NIODeadline?, on loop: any EventLoop, _ ring: @escaping () -> Void) {
        self.deadline = deadline
        guard let deadline, scheduled == nil || deadline < rings else { return }
        scheduled?.cancel()
        rings = deadline
        scheduled = loop.assumeIsolated().scheduleTask(deadline: deadline, ring)
    }

    /// - Returns: whether the deadline has come; otherwise it has moved and is to be set again.
    mutating func rang() -> Bool {
        scheduled = nil
        rings = .distantFuture
        guard let deadline else { return false }
        return deadline <= .now()
    }

    mutating func cancel() {
        scheduled?.cancel()
        scheduled = nil
        deadline = nil
    }
}
