import Foundation
import RasidTesting
import Synchronization
import SystemPackage

/// What the servers of one test wrote, a pair of files each; kept also of a killed one.
final class ServerLogs: Sendable {
    private let folder: TemporaryFolder
    private let starts = Mutex(0)

    init() throws {
        folder = try TemporaryFolder()
    }

    func next() throws -> Files {
        let number = starts.withLock { starts in
            starts += 1
            return starts
        }
        return Files(path: folder.path + "/\(number)")
    }

    /// Standard output and standard error of all of them.
    var bytes: [Data] {
        let count = starts.withLock { $0 }
        return (0..<count).flatMap { number in
            let files = Files(path: folder.path + "/\(number + 1)")
            return [files.output, files.error]
        }
    }

    /// The lines of level error and critical: in a test that expects none, each is a finding.
    var errors: [String] {
        bytes.flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
            .filter { $0.contains("\"level\":\"error\"") || $0.contains("\"level\":\"critical\"") }
            .map(String.init)
    }

    struct Files: Sendable {
        let path: String

        var output: Data { FileManager.default.contents(atPath: path + ".out") ?? Data() }
        var error: Data { FileManager.default.contents(atPath: path + ".err") ?? Data() }

        func openOutput() throws -> FileDescriptor { try open(path + ".out") }
        func openError() throws -> FileDescriptor { try open(path + ".err") }

        private func open(_ path: String) throws -> FileDescriptor {
            try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
        }

        /// The port, and the keys of a demo, once the server has told them.
        func announcement(isDemo: Bool) -> (port: Int, demo: DemoCard)? {
            guard !isDemo else {
                let card = lines(output).first.flatMap { try? JSONDecoder().decode(DemoCard.self, from: $0) }
                return card.flatMap { card in URL(string: card.url)?.port.map { ($0, card) } }
            }
            let said = lines(error).lazy.compactMap { try? JSONDecoder().decode(Said.self, from: $0) }
            let port = said.first { $0.message == "serving" }?.port.flatMap(Int.init)
            return port.map { ($0, DemoCard()) }
        }

        private func lines(_ data: Data) -> [Data] {
            guard let end = data.lastIndex(of: 10) else { return [] }
            return data[..<end].split(separator: 10).map { Data($0) }
        }
    }

    private struct Said: Decodable {
        let message: String
        let port: String?
    }
}
