public import RasidBase
public import RasidDatabase

/// The one row of a wallet: what can be spent, what is held, and the counters that number its history.
public struct Balances: Hashable, Sendable {
    public let wallet: Money
    public let held: Money
    /// How many lines the statement has.
    public let entryNumber: Int64
    /// How many orders were placed.
    public let orderNumber: Int64
    /// How many events were told.
    public let eventNumber: Int64
}

extension Balances {
    private static let insert = Statement(
        """
        INSERT INTO balances (account_id, environment, wallet, held, entry_no, order_no, event_no)
        VALUES (?, ?, 0, 0, 0, 0, 0)
        """)
    private static let select = Statement(
        """
        SELECT wallet, held, entry_no, order_no, event_no FROM balances
        WHERE account_id = ? AND environment = ?
        """)
    private static let lock = Statement(
        "SELECT 1 FROM balances WHERE account_id = ? AND environment = ? {LOCK}")
    /// The same for several at once, by how many they are.
    private static let lockFree = (1...Limits.postgresBatchClosures).map { count in
        let wallets = repeatElement("(?, ?)", count: count).joined(separator: ", ")
        let text = "\(selectWallets) (VALUES \(wallets)) {LOCK SKIPPING}"
        return Statement(text)
    }
    private static let selectWallets =
        "SELECT account_id, environment FROM balances WHERE (account_id, environment) IN"
    private static let change = Statement(
        """
        UPDATE balances SET wallet = wallet + ?, held = held + ?,
            entry_no = entry_no + ?, order_no = order_no + ?, event_no = event_no + ?
        WHERE account_id = ? AND environment = ? AND wallet + ? >= 0 AND held + ? >= 0
        RETURNING wallet, held, entry_no, order_no, event_no
        """)

    /// What one step adds to a wallet's row; amounts may be negative.
    struct Change {
        var wallet = Money.zero
        var held = Money.zero
        var entries: Int64 = 0
        var orders: Int64 = 0
        var events: Int64 = 0
    }

    /// Opens the rows of a new account, one an environment.
    public static func open(_ account: AccountID, in transaction: Transaction) throws {
        for environment in ShopEnvironment.allCases {
            try transaction.run(insert, [.account(account), .environment(environment)])
        }
    }

    /// Waits until whoever moves this wallet's money has committed or given up, and keeps others from it.
    public static func lock(_ wallet: WalletID, in transaction: Transaction) throws {
        _ = try transaction.exists(lock, [.account(wallet.account), .environment(wallet.environment)])
    }

    /// Keeps others from those of the wallets that nobody holds by now, without waiting for any; returns them.
    ///
    /// - Parameter wallets: at most as many as a batch has closures.
    public static func lockFree(_ wallets: [WalletID], in transaction: Transaction) throws -> Set<WalletID> {
        guard !wallets.isEmpty else { return [] }
        let parameters = wallets.flatMap { [Value.account($0.account), .environment($0.environment)] }
        return Set(
            try transaction.all(lockFree[wallets.count - 1], parameters) {
                WalletID(account: $0.account(0), environment: try $0.environment(1))
            })
    }

    /// - Throws: ``StoreFailure/broken(_:)`` for a wallet that was never opened.
    public static func of(_ wallet: WalletID, in transaction: Transaction) throws -> Balances {
        let found = try transaction.first(
            select, [.account(wallet.account), .environment(wallet.environment)], Balances.init)
        guard let found else { throw StoreFailure.broken("an account has no balance row") }
        return found
    }

    /// Locks the row, changes it and numbers what belongs to the step: the only place a balance moves.
    ///
    /// - Returns: nil, with nothing changed, where the wallet or what is held would fall below zero.
    static func apply(_ step: Change, to wallet: WalletID, in transaction: Transaction) throws -> Balances? {
        try transaction.first(
            change,
            [
                .money(step.wallet), .money(step.held), .integer(step.entries), .integer(step.orders),
                .integer(step.events), .account(wallet.account), .environment(wallet.environment),
                .money(step.wallet), .money(step.held),
            ], Balances.init)
    }

    private init(_ row: any Row) {
        wallet = row.money(0)
        held = row.money(1)
        entryNumber = row.integer(2)
        orderNumber = row.integer(3)
        eventNumber = row.integer(4)
    }
}
