import ArgumentParser
import RasidDatabase
import RasidServer
import RasidStock

struct CardsVoid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: "Take one available card out of stock for ever.",
        discussion: """
            EXAMPLES:
              rasid cards void 0038812 --reason "scratched open in the shop"
            """)

    @Argument(help: "The card's serial.")
    var serial: String

    @OptionGroup var reason: ReasonOption
    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        try NotEmpty.check(serial, "The serial")
    }

    func run() async throws {
        let (serial, reason, staff) = (serial, reason.text, Staff())
        try await store.open { shop in
            try await shop.database.write { transaction in
                try CardStock.void(serial: serial, in: transaction)
                try staff.note("cards void", serial, reason, in: transaction)
            }
        }
        try json.show(["serial": serial, "state": "void"], orText: "The card \(serial) is out of stock for ever.")
    }
}
