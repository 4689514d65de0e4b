import ArgumentParser

struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Who delivers: the shop's own cards, another shop, a gateway of yours.",
        discussion: """
            A server that runs notices within seconds what is added or changed here. An operator gets orders once a \
            route names it: 'rasid route set'.

            EXAMPLES:
              rasid operator list
              rasid operator add next upstream --url https://example.com --secret-file key
              rasid operator add kiosk gateway --url http://127.0.0.1:9000/
              rasid operator test kiosk
            """,
        subcommands: [OperatorList.self, OperatorAdd.self, OperatorSet.self, OperatorTest.self, OperatorOffers.self])
}
