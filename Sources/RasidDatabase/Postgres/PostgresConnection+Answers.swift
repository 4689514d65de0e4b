import CLibPQ
import Foundation
import RasidBase

/// Waiting for what the server says, and not for ever.
extension PostgresConnection {
    /// Asks and waits for the one answer.
    ///
    /// - Returns: the last result, as `PQexec` has it; nil for a line that is dead or silent.
    func answer(within patience: Duration?, _ ask: () -> CInt) -> OpaquePointer? {
        guard ask() == 1 else { return nil }
        let deadline = patience.map { ContinuousClock.now + $0 }
        var last: OpaquePointer?
        while let result = next(by: deadline) {
            PQclear(last)
            last = result
        }
        return last
    }

    /// The next result, which libpq by itself would wait for as long as the line lives: a server that hangs keeps it alive.
    func next(by deadline: ContinuousClock.Instant?) -> OpaquePointer? {
        while !isStuck, PQisBusy(handle) == 1 {
            let left = deadline.map { max(0, ($0 - ContinuousClock.now).milliseconds) } ?? 60_000
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            let count = poll(&socket, 1, CInt(clamping: left))
            if count == 0, deadline != nil {
                isStuck = true
            } else if count > 0, PQconsumeInput(handle) != 1 {
                break
            }
        }
        return isStuck ? nil : PQgetResult(handle)
    }

    /// Waits until the server has sent something, or the time is over.
    ///
    /// - Parameter own: the session whose notifications do not count; asked when there are some.
    /// - Returns: whether another session has notified.
    func isNotified(within milliseconds: CInt, except own: () -> CInt) throws -> Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll(&socket, 1, milliseconds) > 0 else { return false }
        guard PQconsumeInput(handle) == 1 else {
            throw StoreFailure.unavailable(PostgresFailure.firstLine(of: handle))
        }
        var isFromOthers = false
        while let notification = PQnotifies(handle) {
            if notification.pointee.be_pid != own() { isFromOthers = true }
            PQfreemem(notification)
        }
        return isFromOthers
    }
}
