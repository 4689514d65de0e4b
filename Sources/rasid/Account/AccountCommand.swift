import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Resellers and their money.",
        discussion: """
            EXAMPLES:
              rasid account create --username +213555000000 --name "Boutique Amine"
              rasid account deposit +213555000000 50000 --ref transfer-2231
            """,
        subcommands: [
            AccountCreate.self, AccountList.self, AccountShow.self, AccountDeposit.self, AccountWithdraw.self,
            AccountDisable.self, AccountEnable.self,
        ])
}

/// An account as the owner sees it in a list.
struct AccountView: Encodable, Sendable {
    let username: String
    let name: String
    let isEnabled: Bool
    let createdAt: String
    /// Production first.
    let wallets: [WalletView]

    init(_ account: Account, in transaction: Transaction) throws {
        username = account.username
        name = account.name
        isEnabled = account.isEnabled
        createdAt = account.createdAt.description
        wallets = try [ShopEnvironment.production, .sandbox].map { environment in
            WalletView(
                environment,
                try Balances.of(WalletID(account: account.id, environment: environment), in: transaction))
        }
    }

    var state: String { isEnabled ? "enabled" : "disabled" }
}

/// One wallet of an account.
struct WalletView: Encodable, Sendable {
    let environment: String
    let wallet: Dinars
    let held: Dinars
    let orders: Int64

    init(_ environment: ShopEnvironment, _ balances: Balances) {
        self.environment = environment.rawValue
        wallet = Dinars(balances.wallet)
        held = Dinars(balances.held)
        orders = balances.orderNumber
    }
}
