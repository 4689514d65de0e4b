import ArgumentParser
import RasidAccounts
import RasidDatabase
import RasidServer

struct KeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Switch one key off for ever, within a second.",
        discussion: """
            EXAMPLES:
              rasid key revoke 3f2a91c0
            """)

    @Argument(help: ArgumentHelp("The first 4 to 8 characters of the key, or all of it.", valueName: "key-prefix"))
    var key: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let (key, staff) = (key, Staff())
        let revoked = try await store.open { shop in
            try await shop.database.write { transaction in
                let revoked = try APIKeys.revoke(key, in: transaction)
                try staff.note("key revoke", revoked.prefix, in: transaction)
                return KeyView(revoked)
            }
        }
        try json.show(revoked, orText: "The \(revoked.type) key \(revoked.prefix)… is revoked.")
    }
}
