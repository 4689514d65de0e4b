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

    /// Refuses what no account can be called, before a store is opened or made for it.
    ///
    /// The same rule as ``Accounts/create(username:name:at:in:)``, which has the last word.
    public static func judge(username: String, name: String) throws {
        guard username.wholeMatch(of: /\+[0-9]{8,15}/) != nil else {
            throw Refusal("A username is a phone number in international form: + and 8 to 15 digits, +213… in Algeria.")
        }
        let scalars = name.unicodeScalars
        guard (1...Accounts.nameCharacters).contains(scalars.count),
            scalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw Refusal("A name is one line of 1 to \(Accounts.nameCharacters) characters.") }
    }

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
