import RasidBase
import RasidDatabase
import RasidLedger

/// Transfers beside the orders that they name: money that moves for an order which is not there comes from nowhere.
enum AuditedTransfers {
    private static let selectLines = Statement(
        """
        SELECT transfers.entry_no FROM transfers LEFT JOIN orders
            ON orders.account_id = transfers.account_id AND orders.environment = transfers.environment
            AND orders.order_no = transfers.order_no AND orders.id = transfers.order_id
        WHERE transfers.account_id = ? AND transfers.environment = ? AND transfers.entry_no IS NOT NULL
            AND transfers.entry_no > ? AND transfers.entry_no <= ? AND transfers.order_id IS NOT NULL
            AND orders.id IS NULL
        ORDER BY transfers.entry_no LIMIT ?
        """)
    // Captures have no line. The first condition is the words of the index that holds them.
    private static let selectCaptures = Statement(
        """
        SELECT transfers.order_no FROM transfers LEFT JOIN orders
            ON orders.account_id = transfers.account_id AND orders.environment = transfers.environment
            AND orders.order_no = transfers.order_no AND orders.id = transfers.order_id
        WHERE transfers.kind IN (4, 5) AND transfers.account_id = ? AND transfers.environment = ?
            AND transfers.kind = 4 AND orders.id IS NULL
        LIMIT ?
        """)

    /// Looks at the lines after one number and up to another.
    static func lines(
        of wallet: WalletID, after first: Int64, through last: Int64, in transaction: Transaction
    ) throws -> [AuditFinding] {
        let parameters = owner(of: wallet) + [.integer(first), .integer(last), .integer(Int64(Limits.auditFindings))]
        return try transaction.all(selectLines, parameters) {
            AuditFinding(wallet, "line \($0.integer(0)) of its statement is of an order that is not there")
        }
    }

    static func captures(of wallet: WalletID, in transaction: Transaction) throws -> [AuditFinding] {
        try transaction.all(selectCaptures, owner(of: wallet) + [.integer(Int64(Limits.auditFindings))]) {
            AuditFinding(wallet, "the cost of order number \($0.integer(0)) was captured, and that order is not there")
        }
    }

    private static func owner(of wallet: WalletID) -> [Value] {
        [.account(wallet.account), .environment(wallet.environment)]
    }
}
