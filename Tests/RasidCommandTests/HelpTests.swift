import ArgumentParser
import Foundation
import Testing

@testable import rasid

/// Every command explains itself, and its examples are commands that would be understood.
@Suite struct HelpTests {
    private struct Help: Decodable {
        let command: Command
    }

    struct Command: Decodable, Sendable, CustomTestStringConvertible {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let superCommands: [String]?
        let subcommands: [Command]?

        /// As it is typed.
        var testDescription: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

        var withSubcommands: [Command] {
            [self] + (subcommands ?? []).filter { $0.commandName != "help" }.flatMap(\.withSubcommands)
        }
    }

    static func commands() throws -> [Command] {
        try JSONDecoder().decode(Help.self, from: Data(Rasid._dumpHelp().utf8)).command.withSubcommands
    }

    @Test func `the whole of the design's command line is there`() throws {
        let names = try Self.commands().map(\.testDescription)
        for name in [
            "rasid account create", "rasid account list", "rasid account show", "rasid account deposit",
            "rasid account withdraw", "rasid account disable", "rasid key create", "rasid key list",
            "rasid key revoke", "rasid product list", "rasid product add", "rasid product price",
            "rasid operator list", "rasid operator add", "rasid operator set", "rasid operator test",
            "rasid operator offers", "rasid route show", "rasid route set", "rasid cards import", "rasid cards stock",
            "rasid cards void", "rasid order list", "rasid order show", "rasid order retry", "rasid order refund",
            "rasid order settle", "rasid order adjust", "rasid audit",
        ] { #expect(names.contains(name)) }
    }

    @Test(arguments: try commands())
    func `a command says what it does and gives examples`(_ command: Command) async throws {
        let path = command.testDescription.split(separator: " ").dropFirst().map(String.init)
        let help = try await RasidProgram.run(path + ["--help"])
        #expect(help.code == 0)
        #expect(help.output.hasPrefix("OVERVIEW: \(command.abstract?.prefix(20) ?? "nothing")"))
        #expect(help.output.contains("EXAMPLES:\n  rasid "))
        for line in help.output.split(separator: "\n") where line.hasPrefix("  rasid ") {
            let words = Self.words(line)
            #expect(words.starts(with: ["rasid"] + path))
            #expect(throws: Never.self, "\(line)") { _ = try Rasid.parseAsRoot(Array(words.dropFirst())) }
        }
    }

    @Test(arguments: ["demo", "serve"])
    func `help is wrapped once, and its values are named alike`(_ command: String) async throws {
        let help = try await RasidProgram.run(["help", command]).output
        for name in ["<dir>", "<duration>", "<off|N/min>", "<n>", "<cidr>", "<level>", "<file>"] {
            #expect(help.contains(name))
        }
        let discussion = help.components(separatedBy: "EXAMPLES:")[0].split(separator: "\n").dropFirst()
        let short = discussion.dropLast().filter { $0.count < 50 && !$0.hasSuffix(".") }
        #expect(short.isEmpty)
    }

    @Test func `the version is one line`() async throws {
        #expect(try await RasidProgram.run(["--version"]).output == "\(Version.text)\n")
    }

    /// As a shell cuts it; quotes hold words together.
    private static func words(_ line: Substring) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
    }
}
