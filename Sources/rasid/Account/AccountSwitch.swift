import ArgumentParser
import RasidAccounts
import RasidDatabase
import RasidServer

struct AccountDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Switch off every key of an account, within a second.",
        discussion: """
            Open orders are delivered or refunded all the same.

            EXAMPLES:
              rasid account disable +213555000000
            """)

    @OptionGroup var account: AccountSwitchOptions

    func run() async throws {
        try await account.set(false, "account disable")
    }
}

struct AccountEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Switch an account on again; keys that were revoked stay so.",
        discussion: """
            EXAMPLES:
              rasid account enable +213555000000
            """)

    @OptionGroup var account: AccountSwitchOptions

    func run() async throws {
        try await account.set(true, "account enable")
    }
}

/// What switching off and on have in common.
struct AccountSwitchOptions: ParsableArguments {
    @Argument(help: "The account's username, +213….")
    var username: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    fileprivate func set(_ isEnabled: Bool, _ action: String) async throws {
        let username = username
        let staff = Staff()
        let view = try await store.open { shop in
            try await shop.database.write { transaction in
                let account = try Accounts.setEnabled(isEnabled, username, in: transaction)
                try staff.note(action, username, in: transaction)
                return try AccountView(account, in: transaction)
            }
        }
        try json.show(view, orText: "The account \(username) is \(view.state).")
    }
}
