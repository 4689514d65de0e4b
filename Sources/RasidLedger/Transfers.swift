public import RasidBase
public import RasidDatabase
public import RasidEvents

/// How money moves: each function is one step of a transaction that has checked everything else (law 8).
///
/// A transfer is added and never changed (law 6). One hold, and one capture or release, per order: unique
/// indexes say so where a second one is tried.
public enum Transfers {
    private static let insert = Statement(
        """
        INSERT INTO transfers
            (id, account_id, environment, kind, amount, entry_no, balance, order_no, order_id, reference, note, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """)

    /// Takes an order's cost off the wallet and holds it.
    ///
    /// - Returns: the order's own number in its wallet, or nil, with nothing changed, if the wallet is too small.
    public static func hold(
        _ amount: Money, for order: OrderID, of wallet: WalletID, as id: TransferID, at now: Timestamp,
        in transaction: Transaction
    ) throws -> Int64? {
        let step = Balances.Change(wallet: .zero - amount, held: amount, entries: 1, orders: 1)
        guard let after = try Balances.apply(step, to: wallet, in: transaction) else { return nil }
        let booked = BookedOrder(order, of: wallet, number: after.orderNumber)
        try add(.hold, amount, of: wallet, as: id, order: booked, after: after, at: now, in: transaction)
        return booked.number
    }

    /// Turns what an order holds into revenue, and tells of it.
    public static func capture(
        _ amount: Money, of order: BookedOrder, as id: TransferID, at now: Timestamp, in transaction: Transaction
    ) throws {
        let wallet = order.wallet
        let after = try settle(Balances.Change(held: .zero - amount, events: 1), of: wallet, in: transaction)
        try add(.capture, amount, of: wallet, as: id, order: order, after: after, at: now, in: transaction)
        try EventLog.append(
            .fulfilled, of: order.id, number: after.eventNumber, to: wallet, at: now, in: transaction)
    }

    /// Gives what an order holds back to the wallet, and tells of it.
    public static func release(
        _ amount: Money, of order: BookedOrder, as id: TransferID, note: String, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        let wallet = order.wallet
        let step = Balances.Change(wallet: amount, held: .zero - amount, entries: 1, events: 1)
        let after = try settle(step, of: wallet, in: transaction)
        try add(.release, amount, of: wallet, as: id, order: order, note: note, after: after, at: now, in: transaction)
        try EventLog.append(.refunded, of: order.id, number: after.eventNumber, to: wallet, at: now, in: transaction)
    }

    /// Pays back a delivered order whose code does not work; the order stays fulfilled.
    ///
    /// - Throws: ``Refusal`` if the order was adjusted before.
    public static func adjust(
        _ amount: Money, of order: BookedOrder, as id: TransferID, note: String, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        let wallet = order.wallet
        guard try !transaction.exists(selectAdjustment, order.key) else {
            throw Refusal("This order was adjusted before: one adjustment an order.")
        }
        let after = try settle(Balances.Change(wallet: amount, entries: 1), of: wallet, in: transaction)
        try add(.adjust, amount, of: wallet, as: id, order: order, note: note, after: after, at: now, in: transaction)
    }

    /// Tells of an order that moves no money.
    public static func announce(
        _ kind: EventKind, of order: OrderID, to wallet: WalletID, at now: Timestamp, in transaction: Transaction
    ) throws {
        let after = try settle(Balances.Change(events: 1), of: wallet, in: transaction)
        try EventLog.append(kind, of: order, number: after.eventNumber, to: wallet, at: now, in: transaction)
    }

    private static let selectAdjustment = Statement(
        "SELECT 1 FROM transfers WHERE account_id = ? AND environment = ? AND order_no = ? AND kind = 6")

    /// A step that the books must allow: the amount is held, or it only adds.
    private static func settle(
        _ step: Balances.Change, of wallet: WalletID, in transaction: Transaction
    ) throws -> Balances {
        guard let after = try Balances.apply(step, to: wallet, in: transaction) else {
            throw StoreFailure.broken("a wallet holds less than its open orders: run 'rasid audit'")
        }
        return after
    }

    static func add(
        _ kind: TransferKind, _ amount: Money, of wallet: WalletID, as id: TransferID, order: BookedOrder? = nil,
        reference: String? = nil, note: String = "", after: Balances, at now: Timestamp, in transaction: Transaction
    ) throws {
        let isLine = kind.statementWord != nil
        let parameters: [Value] = [
            .id(id), .account(wallet.account), .environment(wallet.environment), .integer(kind.rawValue),
            .money(amount), isLine ? .integer(after.entryNumber) : .null, isLine ? .money(after.wallet) : .null,
            order.map { .integer($0.number) } ?? .null, .id(order?.id), .optional(reference), .text(note), .time(now),
        ]
        // Unique indexes allow one hold, one end and one adjustment an order, and a reference once.
        let isNamed = reference != nil
        try transaction.changeOne(insert, parameters) {
            if isNamed { return Overtaken("the reference was taken meanwhile") }
            return StoreFailure.broken("an order's money was about to be moved twice")
        }
    }
}
