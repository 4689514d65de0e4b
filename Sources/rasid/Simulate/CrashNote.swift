import Foundation

/// Says which stories were under way when the process traps: one that ends in a crash must be found again, too.
enum CrashNote {
    private static let lineBytes = 128
    private static let mostWorkers = 64
    private static let signals = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]

    /// One line a worker, in memory that is never freed: a handler of a signal may do no more than write bytes.
    ///
    /// `nonisolated(unsafe)`: each worker writes its own line, and only a process that is about to end reads them.
    nonisolated(unsafe) private static let lines = {
        let lines = UnsafeMutableBufferPointer<CChar>.allocate(capacity: mostWorkers * lineBytes)
        lines.initialize(repeating: 0)
        return lines
    }()

    private static let installed: Void = {
        for number in signals {
            signal(number) { number in
                CrashNote.write()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }()

    /// - Parameter command: what replays the story that this worker begins now.
    static func tell(_ command: String, worker: Int) {
        guard worker < mostWorkers, let start = lines.baseAddress?.advanced(by: worker * lineBytes) else { return }
        let text = Array("crashed while playing: \(command)".utf8CString.prefix(lineBytes - 2).dropLast()) + [10, 0]
        start.update(from: text, count: text.count)
        _ = installed
    }

    private static func write() {
        guard let start = lines.baseAddress else { return }
        for worker in 0..<mostWorkers {
            let line = start.advanced(by: worker * lineBytes)
            _ = Foundation.write(STDERR_FILENO, line, strlen(line))
        }
    }
}
