import Foundation
import RasidBase

/// Where the bytes of an import come from: a file, a pipe, or standard input.
struct CardFile {
    private static let pieceBytes = 64 * 1024
    private static let pause = Duration.milliseconds(10)

    /// What a sentence calls it.
    let name: String
    /// 0 for a pipe, which tells its length only at its end.
    let size: Int
    private let descriptor: Int32
    private let time: any TimeSource

    /// - Parameter path: `-` for standard input.
    /// - Throws: ``Refusal`` for what cannot be read, and for a folder.
    init(path: String, time: any TimeSource) throws {
        let isInput = path == "-"
        name = isInput ? "Standard input" : path
        // A pipe is opened at once, whether or not somebody writes into it yet.
        descriptor = isInput ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        self.time = time
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw Refusal("\(name) cannot be read: check the path and who may read it.")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            Foundation.close(descriptor)
            throw Refusal("\(name) is not a file of lines: give a CSV file.")
        }
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    func close() {
        Foundation.close(descriptor)
    }

    /// The next bytes: none at the end, and none once the import is to stop.
    func next(unless isStopped: () -> Bool) async throws -> [UInt8] {
        while !isStopped() {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Asked, not waited for: whoever waits in a system call cannot be told to stop.
            if poll(&ready, 1, 0) == 0 {
                try await time.sleep(for: Self.pause)
            } else if let bytes = try read() {
                return bytes
            }
        }
        return []
    }

    /// - Returns: nil where it must be tried again.
    private func read() throws -> [UInt8]? {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
            let read = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            failure = read < 0 ? errno : 0
            count = max(0, read)
        }
        if failure == EINTR || failure == EAGAIN { return nil }
        guard failure == 0 else { throw Refusal("\(name) cannot be read to its end: check its disk.") }
        return bytes
    }
}
