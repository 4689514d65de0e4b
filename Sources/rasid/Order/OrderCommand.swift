import ArgumentParser

struct OrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Orders, and what staff may do to them.",
        discussion: """
            EXAMPLES:
              rasid order list --cases
              rasid order show 690161a3e9e88196b4eb6545
            """,
        subcommands: [
            OrderList.self, OrderShow.self, OrderRetry.self, OrderRefund.self, OrderSettle.self, OrderAdjust.self,
        ])
}
