public import RasidBase
public import RasidDatabase

/// One line of a reseller's statement (contract §3, transactions).
public struct StatementLine: Hashable, Sendable {
    public let id: TransferID
    public let kind: TransferKind
    public let amount: Money
    public let oldBalance: Money
    public let newBalance: Money
    /// The order's id, or the line's own for a deposit or a withdrawal; 24 hex characters.
    public let object: String
    public let note: String
    public let time: Timestamp
}

/// The wallet's history, newest first, paged by the numbers of its lines.
public enum WalletStatement {
    private static let columns = "id, kind, amount, balance, order_id, note, at"
    private static let selectNumbers = Statement(
        """
        SELECT \(columns) FROM transfers
        WHERE account_id = ? AND environment = ? AND entry_no > ? AND entry_no <= ?
        ORDER BY entry_no DESC
        """)
    /// Chosen by time and ordered by number: lines that were written at once, or after somebody set the clock
    /// back, still chain.
    private static let selectTimes = Statement(
        """
        SELECT \(columns) FROM transfers
        WHERE account_id = ? AND environment = ? AND entry_no IN (
            SELECT entry_no FROM transfers
            WHERE account_id = ? AND environment = ? AND entry_no IS NOT NULL AND at >= ? AND at < ?
            ORDER BY entry_no DESC LIMIT ? OFFSET ?
        )
        ORDER BY entry_no DESC
        """)
    private static let countTimes = Statement(
        """
        SELECT count(*) FROM (
            SELECT 1 FROM transfers
            WHERE account_id = ? AND environment = ? AND entry_no IS NOT NULL AND at >= ? AND at < ?
            LIMIT \(Limits.countedFilteredLines)
        ) AS counted
        """)

    /// An unfiltered page costs what it shows, however deep it lies: the total is the wallet's own counter.
    public static func page(
        _ request: PageRequest, of wallet: WalletID, in transaction: Transaction
    ) throws -> Page<StatementLine> {
        let owner: [Value] = [.account(wallet.account), .environment(wallet.environment)]
        guard !request.isUnfiltered else {
            let total = try Balances.of(wallet, in: transaction).entryNumber
            let last = max(0, total - Int64(request.offset))
            let first = max(0, last - Int64(request.size))
            let items = try transaction.all(selectNumbers, owner + [.integer(first), .integer(last)], line)
            return Page(items: items, total: Int(total))
        }
        let times: [Value] = [
            .integer(request.from?.milliseconds ?? .min), .integer(request.until?.milliseconds ?? .max),
        ]
        let total = try transaction.first(countTimes, owner + times) { $0.integer(0) } ?? 0
        guard request.offset < total else { return Page(items: [], total: Int(total)) }
        let items = try transaction.all(
            selectTimes, owner + owner + times + [.integer(Int64(request.size)), .integer(Int64(request.offset))], line)
        return Page(items: items, total: Int(total))
    }

    private static func line(_ row: any Row) throws -> StatementLine {
        guard let kind = TransferKind(rawValue: row.integer(1)) else {
            throw StoreFailure.broken("a transfer of a kind that this version does not know")
        }
        let id = try row.id(0, of: TransferTag.self)
        let amount = row.money(2)
        let balance = row.money(3)
        return StatementLine(
            id: id, kind: kind, amount: amount,
            oldBalance: kind.isIncrement ? balance - amount : balance + amount, newBalance: balance,
            object: try row.optionalID(4, of: OrderTag.self)?.description ?? id.description,
            note: row.text(5), time: row.time(6))
    }
}
