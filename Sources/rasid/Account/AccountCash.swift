import ArgumentParser
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidServer

struct AccountDeposit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit",
        abstract: "Put money into an account's wallet.",
        discussion: """
            With --ref a repeat is harmless: one reference is one movement.

            EXAMPLES:
              rasid account deposit +213555000000 50000 --ref transfer-2231
              rasid account deposit +213555000000 1326.13 --sandbox
            """)

    @OptionGroup var cash: CashOptions

    func run() async throws {
        try await cash.move("account deposit", "Deposited", Cash.deposit)
    }
}

struct AccountWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take money out of an account's wallet, at most what it can spend.",
        discussion: """
            With --ref a repeat is harmless: one reference is one movement.

            EXAMPLES:
              rasid account withdraw +213555000000 2000 --ref cash-17 --note "paid out in cash"
            """)

    @OptionGroup var cash: CashOptions

    func run() async throws {
        try await cash.move("account withdraw", "Withdrew", Cash.withdraw)
    }
}

/// What deposits and withdrawals have in common.
struct CashOptions: ParsableArguments {
    typealias Step = @Sendable (Cash.Movement, TransferID, Timestamp, Transaction) throws -> Cash.Outcome

    private static let noteCharacters = 200

    @Argument(help: "The account's username, +213….")
    var username: String

    @Argument(help: "DZD, like 1326.13.")
    var amount: AmountArgument

    @Option(help: "Your own reference of the movement.")
    var ref: String?

    @Option(help: "A note for the reseller's statement.")
    var note: String?

    @Flag(help: "Play money instead of real money.")
    var sandbox = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        if let ref { try OneLine.check(ref, "--ref", upTo: Limits.referenceScalars) }
        if let note { try OneLine.check(note, "--note", upTo: Self.noteCharacters) }
    }

    private struct View: Encodable, Sendable {
        let username: String
        let environment: String
        let amount: Dinars
        let wallet: Dinars
        let held: Dinars
        let isRepeat: Bool
    }

    fileprivate func move(_ action: String, _ verb: String, _ step: @escaping Step) async throws {
        let environment: ShopEnvironment = sandbox ? .sandbox : .production
        let (username, amount, reference, note) = (username, amount.money, ref, note ?? "")
        let staff = Staff()
        let id: TransferID = SystemIdentifiers().fresh(at: staff.now)
        let reason = ["\(amount) DZD \(environment.rawValue)", reference ?? "", note].filter { !$0.isEmpty }
        let outcome = try await store.open { shop in
            try await shop.database.write { transaction in
                let account = try Accounts.require(username, in: transaction)
                let movement = Cash.Movement(
                    wallet: WalletID(account: account.id, environment: environment), amount: amount,
                    reference: reference, note: note)
                let outcome = try step(movement, id, staff.now, transaction)
                if !outcome.isRepeat {
                    try staff.note(action, username, reason.joined(separator: ", "), in: transaction)
                }
                return outcome
            }
        }
        let view = View(
            username: username, environment: environment.rawValue, amount: Dinars(amount),
            wallet: Dinars(outcome.balances.wallet), held: Dinars(outcome.balances.held), isRepeat: outcome.isRepeat)
        let done =
            outcome.isRepeat
            ? "The reference '\(reference ?? "")' was used for this movement before: nothing was moved again."
            : "\(verb) \(amount) DZD."
        try json.show(
            view,
            orText: "\(done) \(username) has \(outcome.balances.wallet) DZD to spend in \(environment.rawValue).")
    }
}
