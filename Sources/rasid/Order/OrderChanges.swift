import ArgumentParser
import RasidOrders

struct OrderRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Make an open order's next step due now: its next try, or the next question to its operator.",
        discussion: """
            EXAMPLES:
              rasid order retry 690161a3e9e88196b4eb6545 --reason "the operator is back"
            """)

    @OptionGroup var change: OrderChangeOptions

    func run() async throws {
        try await change.carryOut("order retry", StaffSteps.retry) { order in
            "The order \(order.id) is due now; a running server takes it up within a second."
        }
    }
}

struct OrderRefund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Call off an order that nothing was sent for, and give the money back.",
        discussion: """
            Refused once the operator may have delivered: silence is not failure.

            EXAMPLES:
              rasid order refund 690161a3e9e88196b4eb6545 --reason "the customer changed their mind"
            """)

    @OptionGroup var change: OrderChangeOptions

    func run() async throws {
        try await change.carryOut("order refund", StaffSteps.refund) { order in
            "The order \(order.id) is \(order.status): \(order.account) has its \(order.cost.money) DZD back."
        }
    }
}

struct OrderSettle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Close the cases of an order that has been dealt with.",
        discussion: """
            EXAMPLES:
              rasid order settle 690161a3e9e88196b4eb6545 --reason "the operator credited us"
            """)

    @OptionGroup var change: OrderChangeOptions

    func run() async throws {
        try await change.carryOut("order settle", StaffSteps.settle) { order in
            "The cases of the order \(order.id) are closed; it stays \(order.status)."
        }
    }
}

struct OrderAdjust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust",
        abstract: "Pay back a delivered order whose code does not work; it stays FULFILLED.",
        discussion: """
            The reason stands in the reseller's statement too.

            EXAMPLES:
              rasid order adjust 690161a3e9e88196b4eb6545 --reason "used before, the operator confirms"
            """)

    @OptionGroup var change: OrderChangeOptions

    func run() async throws {
        try await change.carryOut("order adjust", StaffSteps.adjust) { order in
            "\(order.account) has its \(order.cost.money) DZD back; the order \(order.id) stays \(order.status)."
        }
    }
}
