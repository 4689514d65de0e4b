import Foundation
import Subprocess
import SystemPackage

/// An adapter of `examples/gateway`, run as its owner runs it.
enum ExampleAdapter: String, CaseIterable, Sendable {
    case python
    case swift

    struct DidNotListen: Error {}

    /// Obviously made up.
    static let secret = "made-up-secret-for-the-examples"

    /// The swift one is built beside these tests; `RASID_GATEWAY_EXAMPLE` names another place.
    var isThere: Bool {
        switch self {
        case .python: Self.finds("python3")
        case .swift: Self.program != nil
        }
    }

    static var those: [ExampleAdapter] { allCases.filter(\.isThere) }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("examples/gateway").path

    private static let program: String? = {
        let named = ProcessInfo.processInfo.environment["RASID_GATEWAY_EXAMPLE"]
        // Built beside these tests.
        let built = CommandLine.arguments.compactMap { path in
            path.range(of: ".xctest").map { bundle in
                URL(fileURLWithPath: String(path[..<bundle.upperBound])).deletingLastPathComponent().path
                    + "/GatewayExample"
            }
        }
        return ((named.map { [$0] } ?? []) + built).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    private static func finds(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// Runs it on a free port while `body` does; what it remembers lies in `folder`.
    ///
    /// - Parameter isKilled: whether it has no time to end well.
    func run<Answer: Sendable>(
        in folder: String, isKilled: Bool = false, _ body: (_ port: Int) async throws -> Answer
    ) async throws -> Answer {
        let output = folder + "/said-\(UInt64.random(in: 0 ... .max))"
        let result = try await Subprocess.run(
            self == .python ? .name("python3") : .path(FilePath(Self.program ?? "")),
            arguments: self == .python ? [Self.folder + "/python/gateway.py"] : [],
            environment: .inherit.updating([
                "RASID_GATEWAY_SECRET": Self.secret, "PORT": "0", "GATEWAY_STORE": folder + "/kept",
            ]),
            workingDirectory: FilePath(folder), input: .none,
            output: .fileDescriptor(try Self.open(output), closeAfterSpawningProcess: true),
            error: .fileDescriptor(try Self.open(output + ".errors"), closeAfterSpawningProcess: true)
        ) { execution in
            let answer: Result<Answer, any Error>
            do {
                answer = .success(try await body(try await Self.port(in: output)))
            } catch {
                answer = .failure(error)
            }
            try? execution.send(signal: isKilled ? .kill : .terminate)
            return answer
        }
        return try result.closureResult.get()
    }

    private static func open(_ path: String) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
    }

    /// The port of the address that it prints once it listens.
    private static func port(in output: String) async throws -> Int {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let said = String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
            if said.hasSuffix("\n"), let port = URL(string: String(said.dropLast()))?.port { return port }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw DidNotListen()
    }
}
