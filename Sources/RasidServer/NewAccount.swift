import RasidAccounts
public import RasidBase
public import RasidDatabase
import RasidLedger

/// Opens an account with its two wallets and the sandbox's play money (contract §6).
public struct NewAccount: Sendable {
    public static let playMoney = Money.dinars(100_000)

    private let username: String
    private let name: String
    private let deposit: TransferID
    private let now: Timestamp

    /// Ids and the time are made before the transaction (law 2).
    public init(username: String, name: String, identifiers: any IdentifierSource, now: Timestamp) {
        self.username = username
        self.name = name
        self.now = now
        deposit = identifiers.fresh(at: now)
    }

    /// - Throws: ``Refusal`` for a username or name that cannot be, or is taken.
    public func open(in transaction: Transaction) throws -> AccountID {
        let account = try Accounts.create(username: username, name: name, at: now, in: transaction)
        try Balances.open(account, in: transaction)
        let wallet = WalletID(account: account, environment: .sandbox)
        let movement = Cash.Movement(
            // Without a reference: whatever the owner gives as one must stay free.
            wallet: wallet, amount: Self.playMoney, note: "opening play balance")
        _ = try Cash.deposit(movement, as: deposit, at: now, in: transaction)
        return account
    }
}
