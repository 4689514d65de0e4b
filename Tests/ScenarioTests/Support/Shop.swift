import Foundation
import RasidTesting
import Testing

/// A shop that is run by the command line, as its owner does.
final class Shop: Sendable {
    private let folder: TemporaryFolder
    let path: String

    /// Which shop a command is about.
    let place: [String]
    /// The same for one that opens codes.
    let served: [String]

    init() async throws {
        folder = try TemporaryFolder()
        path = folder.path + "/shop"
        place = try await TestEngine.arguments(for: path)
        served = try await TestEngine.arguments(for: path, opensVault: true)
    }

    /// Runs a command on this folder and reads what it says with `--json`.
    func json<Answer: Decodable>(_ type: Answer.Type, _ arguments: String...) async throws -> Answer {
        try await RasidCommand.run(here(arguments) + ["--json"]).json()
    }

    /// A command line that is about this shop.
    private func here(_ arguments: [String]) -> [String] {
        let opensVault = arguments.first == "serve" || arguments.prefix(2) == ["cards", "import"]
        return arguments + (opensVault ? served : place)
    }

    /// Runs a command on this folder that must succeed.
    func run(_ arguments: String...) async throws {
        try await run(arguments)
    }

    func run(_ arguments: [String]) async throws {
        let outcome = try await RasidCommand.run(here(arguments))
        #expect(outcome.exitCode == 0, "\(arguments.joined(separator: " ")): \(outcome.complaint)")
    }

    /// Runs a command on this folder, however it ends.
    func attempt(_ arguments: String...) async throws -> RasidCommand.Outcome {
        try await RasidCommand.run(here(arguments))
    }

    /// Adds everything up; a finding is no failure of the command here, the test says what it expects.
    func audit() async throws -> AuditAnswer {
        let outcome = try await attempt("audit", "--json")
        return try JSONDecoder().decode(AuditAnswer.self, from: Data(outcome.output.utf8))
    }

    func key(of username: String, _ type: String, _ more: String...) async throws -> String {
        let arguments = ["key", "create", username, "--type", type, "--rate-limit", "off"] + more
        let made: Made = try await RasidCommand.run(here(arguments) + ["--json"]).json()
        return made.key
    }

    /// Imports lines of a CSV file.
    func importCards(_ lines: [String]) async throws -> ImportAnswer {
        try await json(ImportAnswer.self, "cards", "import", try file(lines))
    }

    /// Writes a file that lies beside the shop's folder.
    func file(_ lines: [String]) throws -> String {
        let path = folder.path + "/\(UUID().uuidString).csv"
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// What every file in the folder holds, by its name.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: path + "/" + $0) ?? Data()) })
    }

    private struct Made: Decodable {
        let key: String
    }
}

struct AuditAnswer: Decodable, Sendable {
    struct Finding: Decodable, Sendable {
        let subject: String
        let sentence: String
    }

    let clean: Bool
    let orders: Int
    let cards: Int
    let findings: [Finding]
}

struct ImportAnswer: Decodable, Sendable {
    struct Fault: Decodable, Hashable, Sendable {
        let line: Int
        let reason: String
    }

    let inserted: Int
    let duplicates: Int
    let errors: [Fault]
}

struct StockAnswer: Decodable, Sendable {
    struct Line: Decodable, Hashable, Sendable {
        let type: String
        let value: Int
        let available: Int
        let expiring: Int
        let reserved: Int
        let delivered: Int
        let suspect: Int
        let void: Int
    }

    let stock: [Line]
}
