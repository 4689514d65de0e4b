import Foundation
import RasidBase

/// Standard output, where answers go: an answer that nobody got is a failure.
enum Printout {
    /// Writes a line, or several.
    ///
    /// A reader that has gone away ends the program quietly, as it ends every other one (SIGPIPE).
    /// - Throws: ``Refusal`` where it cannot be written.
    static func write(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            throw Refusal("The answer could not be written; whatever the command was to change is changed.")
        }
    }

    /// Gives a closed standard stream something to be, or the next file that is opened would become it, and
    /// an answer be written into that.
    static func fillClosedStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
            // Opened for reading, it refuses to be written to: what is closed takes no answer.
            _ = open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
