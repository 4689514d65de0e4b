import ArgumentParser

/// The command line of what measures the bare store, and of what fills one.
@main
struct RasidBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rasid-bench",
        abstract: "Measures the store without the shop around it, and makes shops with a long past.",
        discussion: """
            EXAMPLES:
              rasid-bench floor --data floor --wallets 100 --batch 64
              rasid-bench grow --data grown --orders 1000000
            """,
        subcommands: [FloorCommand.self, GrowCommand.self])
}
