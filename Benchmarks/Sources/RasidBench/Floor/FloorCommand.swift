import ArgumentParser
import RasidBase
import RasidDatabase

/// `rasid-bench floor`: what the store itself can do with the statements of an order.
struct FloorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floor",
        abstract: "Replay the statements of real orders, and nothing else.",
        discussion: """
            Makes two shops alike. On one, real orders are sold, delivered and read by the shop's own code, and every \
            statement is recorded; on the other the statements are replayed from one thread by the engine's C API, as \
            many orders a transaction as --batch says, with full durability. What a statement does must be what it did. \
            Both shops are taken away at the end.

            Prints a line of JSON for each kind of order: send (a sale in the sandbox), whole (a sale, its delivery and \
            its first reading), card (a sale that reserves a card).

            EXAMPLES:
              rasid-bench floor --data floor --batch 1
              rasid-bench floor --database postgres://user@host/name --wallets 100
            """)

    @Option(help: ArgumentHelp("A folder for the two shops, which must not be there yet.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("A PostgreSQL database for two new schemas.", valueName: "url"))
    var database: String?

    @Option(help: "How many accounts buy.")
    var wallets = 1

    @Option(help: "How many orders share a transaction.")
    var batch = 64

    @Option(help: "About how long each replay takes.")
    var seconds = 5

    func validate() throws {
        guard (data == nil) != (database == nil) else { throw ValidationError("Give --data or --database.") }
        guard wallets > 0, batch > 0, seconds > 0 else {
            throw ValidationError("--wallets, --batch and --seconds must be at least 1.")
        }
    }

    func run() async throws {
        let stage: any FloorStage =
            if let database {
                try PostgresStage(DatabaseURL(database))
            } else {
                try SQLiteStage(data ?? "")
            }
        let failure: (any Error)?
        do {
            var floor = try Floor(stage, wallets: wallets, batch: batch)
            for kind in FloorKind.allCases { try Output.write(try await floor.measure(kind, for: seconds)) }
            failure = nil
        } catch {
            failure = error
        }
        try stage.clear()
        if let failure { throw failure }
    }
}
