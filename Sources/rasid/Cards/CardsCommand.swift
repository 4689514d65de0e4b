import ArgumentParser

struct CardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cards",
        abstract: "Cards in production stock.",
        discussion: """
            EXAMPLES:
              rasid cards import cards.csv --dry-run
              rasid cards stock
            """,
        subcommands: [CardsImport.self, CardsStock.self, CardsVoid.self])
}
