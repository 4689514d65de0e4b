import Dispatch
import Foundation
public import RasidBase
public import ServiceLifecycle
import Synchronization

/// Collects log lines and writes them to standard error on a thread of its own, in few calls.
///
/// Whoever logs never waits for the reader of the log: beyond a bound lines are left out and counted. What a
/// killed process had collected is lost, at most the lines of a tenth of a second; warnings and errors are
/// written at once.
public final class LogSink: Service {
    private static let pause = DispatchTimeInterval.milliseconds(100)
    private static let bound = 4 << 20

    private struct State {
        var waiting: [UInt8] = []
        var leftOut = 0
        /// Writes the line that says how many were left out, in the form of the others.
        var lossLine: @Sendable (Int) -> [UInt8] = { _ in [] }
    }

    private let state = Mutex(State())
    private let descriptor: CInt
    private let queue = DispatchQueue(label: "rasid.log")
    private let wake = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)
    private let patience: Duration

    /// - Parameter patience: how long a reader is waited for that does not read.
    public init(descriptor: CInt = 2, patience: Duration = Limits.logFlush) {
        self.descriptor = descriptor
        self.patience = patience
    }

    func onLoss(_ line: @escaping @Sendable (Int) -> [UInt8]) {
        state.withLock { $0.lossLine = line }
    }

    func write(_ line: [UInt8], atOnce: Bool) {
        state.withLock { state in
            if state.waiting.count + line.count > Self.bound {
                state.leftOut += 1
            } else {
                state.waiting.append(contentsOf: line)
            }
        }
        if atOnce { wake.signal() }
    }

    /// Writes what waits before it returns, unless nobody reads: then it gives up, so that a process can end.
    public func flush() {
        let isWritten = DispatchSemaphore(value: 0)
        queue.async { [self] in
            drain()
            isWritten.signal()
        }
        _ = isWritten.wait(timeout: .now() + .milliseconds(Int(patience.milliseconds)))
    }

    public func run() async throws {
        let thread = Thread { [self] in
            while !isStopping.load(ordering: .acquiring) {
                _ = wake.wait(timeout: .now() + Self.pause)
                queue.sync { drain() }
            }
        }
        thread.name = "rasid-log"
        thread.start()
        try? await gracefulShutdown()
        isStopping.store(true, ordering: .releasing)
        wake.signal()
    }

    /// Writes what waits; what a full pipe did not take stays in front of what comes next.
    private func drain() {
        let bytes = state.withLock { state in
            defer { (state.waiting, state.leftOut) = ([], 0) }
            return state.waiting + (state.leftOut > 0 ? state.lossLine(state.leftOut) : [])
        }
        let rest = put(bytes)
        guard !rest.isEmpty else { return }
        state.withLock { $0.waiting = rest + $0.waiting }
    }

    /// - Returns: what the descriptor has no room for. A log that nobody can read any more is no reason to stop
    ///   selling: after any other failure nothing is left to be written.
    private func put(_ bytes: [UInt8]) -> [UInt8] {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                guard hasRoom() else { return Array(bytes[written...]) }
            } else if count == 0 || errno != EINTR {
                return []
            }
        }
        return []
    }

    /// Waits until a descriptor that does not block has room again.
    private func hasRoom() -> Bool {
        var look = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&look, 1, CInt(patience.milliseconds)) > 0
    }
}
