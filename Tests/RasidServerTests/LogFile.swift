import Foundation
import Logging
import RasidBase
import RasidTesting

@testable import RasidServer

/// A sink that writes into a file of the test's own.
final class LogFile: Sendable {
    let sink: LogSink
    let time = ManualTime()
    private let folder: TemporaryFolder
    private let descriptor: CInt
    private var path: String { folder.path + "/log" }

    init() throws {
        folder = try TemporaryFolder()
        descriptor = open(folder.path + "/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Refusal("the test's log cannot be made") }
        sink = LogSink(descriptor: descriptor)
    }

    deinit {
        close(descriptor)
    }

    func logger(_ format: LogFormat, level: Logger.Level = .trace) -> Logger {
        sink.logger(format: format, level: level, time: time)
    }

    /// What stands in the file now.
    var written: String {
        get throws { try String(contentsOfFile: path, encoding: .utf8) }
    }

    /// Every line, after what waits has been written.
    var lines: [String] {
        get throws {
            sink.flush()
            return try written.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }
}
