import Foundation
import RasidBase

/// What the commands print: one line of JSON for each result on standard output, progress on standard error.
enum Output {
    /// - Throws: ``Refusal`` where nobody reads it.
    static func write(_ line: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            throw Refusal("The result could not be written: \(line)")
        }
    }

    /// Shown on a terminal, and nowhere in a pipe.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1b}[K\(text)".utf8))
    }

    /// A bar, how far it is, and how fast.
    static func progress(_ label: String, _ done: Int, of total: Int, in duration: Duration) {
        guard total > 0 else { return }
        let full = done * 30 / total
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: 30 - full)
        progress("\(label) [\(bar)] \(done * 100 / total) % \(rate(done, in: duration))/s")
    }

    /// Whole events a second.
    static func rate(_ count: Int, in duration: Duration) -> Int {
        count * 1000 / max(1, Int(duration.milliseconds))
    }

    /// Seconds with three decimals.
    static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        return "\(milliseconds / 1000)." + "00\(milliseconds % 1000)".suffix(3)
    }
}
