public import RasidBase
public import RasidDatabase

/// One movement of an order's money.
public struct OrderTransfer: Hashable, Sendable {
    public let kind: TransferKind
    public let amount: Money
    public let note: String
    public let at: Timestamp
}

extension Transfers {
    // One part an index: each of them holds an order once.
    private static let selectOrder = Statement(
        """
        SELECT kind, amount, note, at FROM transfers WHERE order_id = ? AND kind = 3
        UNION ALL SELECT kind, amount, note, at FROM transfers WHERE order_id = ? AND kind IN (4, 5)
        UNION ALL SELECT kind, amount, note, at FROM transfers WHERE order_id = ? AND kind = 6
        """)

    /// How an order's money moved: held, then captured or released, and perhaps adjusted.
    public static func all(of order: OrderID, in transaction: Transaction) throws -> [OrderTransfer] {
        try transaction.all(selectOrder, [.id(order), .id(order), .id(order)]) { row in
            guard let kind = TransferKind(rawValue: row.integer(0)) else {
                throw StoreFailure.broken("a transfer of a kind that this version does not know")
            }
            return OrderTransfer(kind: kind, amount: row.money(1), note: row.text(2), at: row.time(3))
        }
    }
}
