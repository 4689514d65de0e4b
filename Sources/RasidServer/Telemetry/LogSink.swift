import Dispatch
import Foundation
import RasidBase
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
    }

    private let state = Mutex(State())
    private let descriptor: CInt
    private let queue = DispatchQueue(label: "rasid.log")
    private let wake = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)

    public init(descriptor: CInt = 2) {
        self.descriptor = descriptor
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

    /// Writes what waits before it returns.
    public func flush() {
        queue.sync { drain() }
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

    /// A log that nobody can read any more is no reason to stop selling: a failure ends the attempt.
    private func drain() {
        let (bytes, leftOut) = state.withLock { state in
            defer { state = State() }
            return (state.waiting, state.leftOut)
        }
        put(bytes)
        if leftOut > 0 { put(Array("rasid: \(leftOut) log lines were left out, the log is read too slowly\n".utf8)) }
    }

    private func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let start = rest.base.baseAddress.map { $0 + rest.startIndex }
                let written = Foundation.write(descriptor, start, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
