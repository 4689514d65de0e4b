import Foundation
import Synchronization

/// How far long work has come: one line on a terminal, nothing in a pipe.
final class ProgressLine: Sendable {
    private static let width = 30

    private let label: String
    private let isShown: Bool
    /// The percent or MiB that is shown.
    private let step = Mutex(-1)

    init(_ label: String) {
        self.label = label
        isShown = isatty(STDERR_FILENO) == 1
    }

    func tell(_ done: Int, of total: Int) {
        guard total > 0 else { return }
        let percent = min(100, done * 100 / total)
        tell(percent) { Self.line(label, percent: percent) }
    }

    /// For what has no end that is known beforehand.
    func tell(bytes: Int) {
        tell(bytes >> 20) { "\(label) \(bytes >> 20) MiB" }
    }

    private func tell(_ now: Int, _ line: () -> String) {
        guard isShown else { return }
        step.withLock { step in
            guard now != step else { return }
            step = now
            Complaint.write("\r\(line())")
        }
    }

    /// Leaves an empty line for what is printed next.
    func end() {
        guard isShown else { return }
        Complaint.write("\r\u{1b}[K")
    }

    static func line(_ label: String, percent: Int) -> String {
        let full = percent * width / 100
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
        return "\(label) [\(bar)] \(percent) %"
    }
}
