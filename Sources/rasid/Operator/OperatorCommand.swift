import ArgumentParser

struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Who delivers.",
        discussion: """
            EXAMPLES:
              rasid operator list
            """,
        subcommands: [OperatorList.self])
}
