import ArgumentParser
import RasidAccounts
import RasidDatabase
import RasidServer

struct AccountShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an account: wallets, orders, keys, and what was done to it by hand.",
        discussion: """
            EXAMPLES:
              rasid account show +213555000000
            """)

    private static let journalLines = 20

    @Argument(help: "The account's username, +213….")
    var username: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    private struct View: Encodable, Sendable {
        let account: AccountView
        let keys: [KeyView]
        let journal: [JournalView]
    }

    func run() async throws {
        let username = username
        let view = try await store.open { shop in
            try await shop.database.read { transaction in
                let account = try Accounts.require(username, in: transaction)
                return View(
                    account: try AccountView(account, in: transaction),
                    keys: try KeyView.all(of: account, in: transaction),
                    journal: try JournalView.latest(Self.journalLines, about: username, in: transaction))
            }
        }
        try json.show(view, orText: Self.text(view))
    }

    private static func text(_ view: View) -> String {
        let account = view.account
        let facts = Table([
            ("username", account.username), ("name", account.name), ("state", account.state),
            ("opened", account.createdAt),
        ])
        var wallets = Table(.words("WALLET"), .number("TO SPEND"), .number("HELD"), .number("ORDERS"))
        for wallet in account.wallets {
            wallets.add(
                wallet.environment, "\(wallet.wallet.money)", "\(wallet.held.money)", "\(wallet.orders)")
        }
        let keys = KeyView.table(view.keys).text(ifEmpty: "It has no keys: 'rasid key create \(account.username)'.")
        let journal = JournalView.table(view.journal).text
        return [facts.text, wallets.text, keys, journal].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
