public import RasidBase
public import RasidDatabase

/// An order as the books know it: by its number in its wallet, which its hold has given it.
public struct BookedOrder: Hashable, Sendable {
    public let id: OrderID
    public let wallet: WalletID
    public let number: Int64

    public init(_ id: OrderID, of wallet: WalletID, number: Int64) {
        self.id = id
        self.wallet = wallet
        self.number = number
    }

    /// What a transfer is found by.
    var key: [Value] { [.account(wallet.account), .environment(wallet.environment), .integer(number)] }
}

/// One movement of an order's money.
public struct OrderTransfer: Hashable, Sendable {
    public let kind: TransferKind
    public let amount: Money
    public let note: String
    public let at: Timestamp
}

extension Transfers {
    private static let owner = "account_id = ? AND environment = ? AND order_no = ?"
    // One part an index: each of them holds an order once.
    private static let selectOrder = Statement(
        """
        SELECT kind, amount, note, at FROM transfers WHERE \(owner) AND kind = 3
        UNION ALL SELECT kind, amount, note, at FROM transfers WHERE \(owner) AND kind IN (4, 5)
        UNION ALL SELECT kind, amount, note, at FROM transfers WHERE \(owner) AND kind = 6
        """)

    /// How an order's money moved: held, then captured or released, and perhaps adjusted.
    public static func all(of order: BookedOrder, in transaction: Transaction) throws -> [OrderTransfer] {
        try transaction.all(selectOrder, order.key + order.key + order.key) { row in
            guard let kind = TransferKind(rawValue: row.integer(0)) else {
                throw StoreFailure.broken("a transfer of a kind that this version does not know")
            }
            return OrderTransfer(kind: kind, amount: row.money(1), note: row.text(2), at: row.time(3))
        }
    }
}
