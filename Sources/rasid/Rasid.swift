import ArgumentParser
import Foundation

/// The command line: each command opens the shop, does one thing in a room, and says what became of it.
@main
struct Rasid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rasid",
        abstract: "Sells prepaid internet recharge cards to resellers over an HTTP API.",
        discussion: """
            Every command works while a server runs on the same folder. It prints a table for people, or JSON with \
            --json, and ends with 0, with 1 when it is refused, with 64 when it is not understood.

            EXAMPLES:
              rasid account create --username +213555000000 --name "Boutique Amine"
              rasid key create +213555000000 --type sandbox
              rasid order list --cases
            """,
        version: Version.text,
        subcommands: [
            Demo.self, Serve.self, AccountCommand.self, KeyCommand.self, ProductCommand.self, OperatorCommand.self,
            RouteCommand.self, CardsCommand.self, OrderCommand.self, AuditCommand.self, MoveCommand.self, Simulate.self,
        ])

    /// Help, version and bad usage are told by the argument parser; every other failure is a ``Complaint``.
    static func main() async {
        Printout.fillClosedStreams()
        do {
            var command = try Usage.parse(Array(CommandLine.arguments.dropFirst()))
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .failure, !(error is ExitCode) else { exit(withError: error) }
            Complaint.tell(Complaint.sentence(for: error))
            exit(withError: ExitCode.failure)
        }
    }
}
