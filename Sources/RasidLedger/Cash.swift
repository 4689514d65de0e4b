public import RasidBase
public import RasidDatabase

/// Money that comes in from outside and goes out again; only the owner moves it.
public enum Cash {
    private static let selectReference = Statement(
        "SELECT kind, amount FROM transfers WHERE account_id = ? AND environment = ? AND reference = ?")

    /// The largest single amount: what a slip of the finger may cost.
    public static let largest = Money.dinars(1_000_000_000)

    /// What the owner asks for.
    public struct Movement: Sendable {
        public let wallet: WalletID
        public let amount: Money
        /// Makes a repeat harmless: one reference is one movement.
        public let reference: String?
        public let note: String

        public init(wallet: WalletID, amount: Money, reference: String? = nil, note: String = "") {
            self.wallet = wallet
            self.amount = amount
            self.reference = reference
            self.note = note
        }
    }

    /// What became of it.
    public struct Outcome: Sendable {
        public let balances: Balances
        /// The reference was used before for the same amount: nothing was moved again.
        public let isRepeat: Bool
    }

    /// - Throws: ``Refusal`` for an amount that is not positive or too large, or a reference used otherwise.
    public static func deposit(
        _ movement: Movement, as id: TransferID, at now: Timestamp, in transaction: Transaction
    ) throws -> Outcome {
        try move(movement, .deposit, as: id, at: now, transaction)
    }

    /// - Throws: ``Refusal`` as for a deposit, and for more than the wallet holds.
    public static func withdraw(
        _ movement: Movement, as id: TransferID, at now: Timestamp, in transaction: Transaction
    ) throws -> Outcome {
        try move(movement, .withdraw, as: id, at: now, transaction)
    }

    private static func move(
        _ movement: Movement, _ kind: TransferKind, as id: TransferID, at now: Timestamp, _ transaction: Transaction
    ) throws -> Outcome {
        guard movement.amount > .zero, movement.amount <= largest else {
            throw Refusal("The amount must be more than 0 and at most \(largest) DZD.")
        }
        if try isRepeat(movement, kind, transaction) {
            return Outcome(balances: try Balances.of(movement.wallet, in: transaction), isRepeat: true)
        }
        let change = kind.isIncrement ? movement.amount : .zero - movement.amount
        let step = Balances.Change(wallet: change, entries: 1)
        guard let after = try Balances.apply(step, to: movement.wallet, in: transaction) else {
            let available = try Balances.of(movement.wallet, in: transaction).wallet
            // What made it too small may have been this very movement, asked for twice, or is over.
            if try available + change >= .zero || isRepeat(movement, kind, transaction) {
                throw Overtaken("the wallet was moved meanwhile")
            }
            throw Refusal("The wallet has \(available) DZD to spend: withdraw at most that.")
        }
        try Transfers.add(
            kind, movement.amount, of: movement.wallet, as: id, reference: movement.reference, note: movement.note,
            after: after, at: now, in: transaction)
        return Outcome(balances: after, isRepeat: false)
    }

    private static func isRepeat(
        _ movement: Movement, _ kind: TransferKind, _ transaction: Transaction
    ) throws -> Bool {
        guard let reference = movement.reference else { return false }
        let earlier = try transaction.first(
            selectReference,
            [.account(movement.wallet.account), .environment(movement.wallet.environment), .text(reference)]
        ) { (kind: $0.integer(0), amount: $0.money(1)) }
        guard let earlier else { return false }
        guard earlier.kind == kind.rawValue, earlier.amount == movement.amount else {
            throw Refusal(
                "The reference '\(reference)' was used for another movement of \(earlier.amount) DZD: give a new one.")
        }
        return true
    }
}
