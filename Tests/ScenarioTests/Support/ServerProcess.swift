import Foundation
import RasidTesting
import Subprocess
import SystemPackage
import Testing

/// The real binary while it serves a folder.
struct ServerProcess: Sendable {
    struct Ended<Answer: Sendable>: Sendable {
        let answer: Answer
        /// nil where a signal ended it.
        let exitCode: CInt?
        /// From the end of the body, after which the server is asked to stop, to the process's end.
        let stopping: Duration
    }

    let port: Int
    let processID: pid_t
    /// The keys of `rasid demo`; empty for `rasid serve`.
    let demo: DemoCard
    private let signal: @Sendable (Signal) -> Void

    func terminate() { signal(.terminate) }
    func interrupt() { signal(.interrupt) }
    func kill() { signal(.kill) }

    func caller(_ key: String) -> Caller {
        Caller(port: port, key: key, source: LiveShop.freshAddress())
    }

    /// Runs `rasid` with `arguments` and `--port 0`, calls `body` once it serves, and waits for its end.
    ///
    /// A server that `body` has not stopped is asked to stop after it; one whose body threw is killed.
    static func run<Answer: Sendable>(
        _ arguments: [String], logs: ServerLogs, body: (ServerProcess) async throws -> Answer
    ) async throws -> Ended<Answer> {
        let files = try logs.next()
        let clock = ContinuousClock()
        let result = try await Subprocess.run(
            RasidCommand.executable,
            arguments: Arguments(arguments + ["--port", "0"]), environment: RasidCommand.environment,
            input: .none, output: .fileDescriptor(files.openOutput(), closeAfterSpawningProcess: true),
            error: .fileDescriptor(files.openError(), closeAfterSpawningProcess: true)
        ) { execution in
            do {
                let (port, demo) = try await eventually("the server serves") {
                    files.announcement(isDemo: arguments.first == "demo")
                }
                let server = ServerProcess(
                    port: port, processID: execution.processIdentifier.value, demo: demo
                ) { try? execution.send(signal: $0) }
                let answer = try await body(server)
                let stopped = clock.now
                server.terminate()
                return (answer, stopped)
            } catch {
                try? execution.send(signal: .kill)
                throw error
            }
        }
        let (answer, stopped) = result.closureResult
        return Ended(answer: answer, exitCode: result.terminationStatus.exitCode, stopping: clock.now - stopped)
    }

    /// The same, where only what `body` answers matters; the server must have stopped well.
    static func serve<Answer: Sendable>(
        _ arguments: [String], logs: ServerLogs? = nil, body: (ServerProcess) async throws -> Answer
    ) async throws -> Answer {
        let ended = try await run(arguments, logs: try logs ?? ServerLogs(), body: body)
        #expect(ended.exitCode == 0)
        return ended.answer
    }
}

/// The line that `rasid demo --json` prints.
struct DemoCard: Decodable, Sendable {
    var url = ""
    var username = ""
    var sandboxKey = ""
    var productionKey = ""
    var data = ""
    var pid = 0
}
