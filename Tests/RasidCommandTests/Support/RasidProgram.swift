import Foundation
import Subprocess

/// What a run of the program said and how it ended.
struct Answer: Sendable {
    let output: String
    let complaint: String
    /// nil where it was ended by a signal.
    let code: Int32?

    func json<Shape: Decodable>(_ shape: Shape.Type = Shape.self) throws -> Shape {
        try JSONDecoder().decode(shape, from: Data(output.utf8))
    }
}

/// The program that was built beside these tests.
enum RasidProgram {
    private static let outputBytes = 4 << 20

    /// - Parameter settings: added to an environment that holds nothing else of the shop's.
    static func run(_ arguments: [String], settings: [String: String] = [:]) async throws -> Answer {
        try await run(.name("rasid"), arguments, path: folder, settings)
    }

    /// Runs a line of a shell, for what the program is connected to.
    static func shell(_ line: String, settings: [String: String]) async throws -> Answer {
        try await run(.name("sh"), ["-c", line], path: "\(folder):/usr/bin:/bin", settings)
    }

    private static func run(
        _ program: Executable, _ arguments: [String], path: String, _ settings: [String: String]
    ) async throws -> Answer {
        var environment = ["PATH": path, "USER": "somebody-else"]
        environment.merge(settings) { $1 }
        let result = try await Subprocess.run(
            program, arguments: Arguments(arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })),
            output: .string(limit: outputBytes), error: .string(limit: outputBytes))
        let code: Int32? = if case .exited(let code) = result.terminationStatus { code } else { nil }
        return Answer(output: result.standardOutput, complaint: result.standardError, code: code)
    }

    /// Who runs the tests, as the machine knows them.
    static var login: String {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
    }

    /// The folder that holds the test bundle and, beside it, the program.
    private static let folder: String = {
        for path in CommandLine.arguments {
            guard let bundle = path.range(of: ".xctest") else { continue }
            return URL(fileURLWithPath: String(path[..<bundle.upperBound])).deletingLastPathComponent().path
        }
        return FileManager.default.currentDirectoryPath
    }()
}
