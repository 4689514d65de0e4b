import ArgumentParser
import RasidAccounts
import RasidDatabase
import RasidServer

struct KeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List an account's keys by their first eight characters.",
        discussion: """
            EXAMPLES:
              rasid key list +213555000000
            """)

    @Argument(help: "The account's username, +213….")
    var username: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let username = username
        let keys = try await store.open { shop in
            try await shop.database.read { transaction in
                try KeyView.all(of: Accounts.require(username, in: transaction), in: transaction)
            }
        }
        try json.show(
            ["keys": keys],
            orText: KeyView.table(keys).text(ifEmpty: "\(username) has no keys: 'rasid key create' makes one."))
    }
}
