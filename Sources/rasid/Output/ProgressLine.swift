import Foundation
import Synchronization

/// How far long work has come: one line on a terminal, nothing in a pipe.
final class ProgressLine: Sendable {
    private static let width = 30

    private let label: String
    private let isShown: Bool
    private let percent = Mutex(-1)

    init(_ label: String) {
        self.label = label
        isShown = isatty(STDERR_FILENO) == 1
    }

    func tell(_ done: Int, of total: Int) {
        guard isShown, total > 0 else { return }
        let now = min(100, done * 100 / total)
        percent.withLock { percent in
            guard now != percent else { return }
            percent = now
            Complaint.write("\r\(Self.line(label, percent: now))")
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
