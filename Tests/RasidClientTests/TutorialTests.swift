import Foundation
import RasidTesting
import Subprocess
import SystemPackage
import Testing

/// The tutorial's program, which is built with the package, does what the tutorial says.
@Suite("The tutorial")
struct TutorialTests {
    /// Built beside these tests, as every snippet is.
    private static let program: String? = CommandLine.arguments.lazy.compactMap { path in
        path.range(of: ".xctest").map { bundle in
            URL(fileURLWithPath: String(path[..<bundle.upperBound])).deletingLastPathComponent().path + "/SellACard"
        }
    }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private func run(_ settings: [String: String]) async throws -> (output: String, code: TerminationStatus) {
        let program = try #require(Self.program, "SellACard is not there: 'swift build --build-tests' builds it")
        let settings = settings.map { (Environment.Key(stringLiteral: $0), $1) }
        let result = try await Subprocess.run(
            .path(FilePath(program)), environment: .inherit.updating(Dictionary(uniqueKeysWithValues: settings)),
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        return (result.standardOutput, result.terminationStatus)
    }

    @Test
    func `It sells a card and shows its code`() async throws {
        try await LiveShop.run { shop in
            let caller = try await shop.openReseller().sandbox
            let (output, code) = try await run([
                "RASID_URL": "http://127.0.0.1:\(caller.port)", "RASID_KEY": caller.key ?? "",
            ])
            #expect(code == .exited(0))
            #expect(output.contains("A card of 500 DZD costs 475 DZD."))
            #expect(output.contains(/It is placed: [0-9a-f]{24}\./))
            #expect(output.contains(/The code for the customer is [0-9]{16}\./))
        }
    }

    @Test
    func `Without an address it says what it needs`() async throws {
        let (output, code) = try await run(["RASID_URL": "", "RASID_KEY": ""])
        #expect(code == .exited(64) && output.contains("RASID_URL"))
    }
}
