import Foundation
import Subprocess
import SystemPackage

/// The real binary, which the build has put beside the test bundle; or another one, named by `RASID_BINARY`.
enum RasidCommand {
    /// How a command ended and what it said.
    struct Outcome: Sendable {
        /// nil where a signal ended it.
        let exitCode: CInt?
        let output: String
        let complaint: String

        /// Reads the one line that `--json` prints.
        func json<Answer: Decodable>(_ type: Answer.Type = Answer.self) throws -> Answer {
            guard exitCode == 0 else { throw Failure(sentence: complaint) }
            return try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
        }
    }

    struct Failure: Error {
        let sentence: String
    }

    static var executable: Executable {
        if let other = ProcessInfo.processInfo.environment["RASID_BINARY"] { return .path(FilePath(other)) }
        let folder = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
        return .path(FilePath(folder + "/rasid"))
    }

    /// Nothing of the tester's own settings reaches the command.
    static let environment = Environment.custom(["PATH": "/usr/bin:/bin", "USER": "tester"])

    static func run(_ arguments: [String]) async throws -> Outcome {
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: environment,
            output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
        return Outcome(
            exitCode: result.terminationStatus.exitCode, output: result.standardOutput,
            complaint: result.standardError)
    }

    static func run(_ arguments: String...) async throws -> Outcome {
        try await run(arguments)
    }
}

extension TerminationStatus {
    var exitCode: CInt? {
        guard case .exited(let code) = self else { return nil }
        return code
    }
}
