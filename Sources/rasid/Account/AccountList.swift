import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidServer

struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List every account with what its wallets hold.",
        discussion: """
            EXAMPLES:
              rasid account list
              rasid account list --json
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let accounts = try await store.open { shop in
            try await shop.database.scan { try Self.all(in: $0) }
        }
        var table = Table(
            .words("USERNAME"), .words("NAME"), .number("PRODUCTION"), .number("SANDBOX"), .words("STATE"),
            .words("OPENED"))
        for account in accounts {
            let wallets = account.wallets.map(\.wallet.money.description)
            table.add(
                account.username, account.name, wallets[0], wallets[1], account.state, account.createdAt)
        }
        try json.show(
            ["accounts": accounts],
            orText: table.text(ifEmpty: "There are no accounts yet: 'rasid account create' opens one."))
    }

    private static func all(in transaction: Transaction) throws -> [AccountView] {
        let page = 500
        var accounts: [Account] = []
        while true {
            let next = try Accounts.list(after: accounts.last?.id, limit: page, in: transaction)
            accounts += next
            if next.count < page { break }
        }
        return try accounts.map { try AccountView($0, in: transaction) }
    }
}
