import RasidBase
import RasidDatabase

/// The statements for one combination of filters: where the candidates come from, and what they must be.
struct FilteredQuery {
    let select: Statement
    let count: Statement
    let parameters: [Value]

    init(_ request: PageRequest, _ filter: OrderFilter, _ wallet: WalletID) {
        let source = Source(filter)
        select = source.select
        count = source.count
        parameters = source.parameters(request, filter, wallet) + Self.conditions(filter)
    }

    /// A filter that was not given lets everything pass.
    private static let condition = """
        (? = 0 OR type = ?) AND (? = '' OR number = ?)
        AND (? = 0 OR state = ? OR (finished_at IS NULL AND ? = 1 AND queued_at IS NULL)
            OR (finished_at IS NULL AND ? = 1 AND queued_at IS NOT NULL))
        """

    private static func conditions(_ filter: OrderFilter) -> [Value] {
        let type = Value.integer(filter.type?.storedCode ?? 0)
        let number = Value.text(filter.number ?? "")
        let state: Int64 =
            switch filter.status {
            case nil: 0
            case .fulfilled: OrderState.fulfilled.storedCode
            case .refunded: OrderState.refunded.storedCode
            case .handling, .queued: -1
            }
        return [
            type, type, number, number, .integer(state), .integer(state), .flag(filter.status == .handling),
            .flag(filter.status == .queued),
        ]
    }

    /// Which index finds the candidates; each has its own text, for an index is chosen by the text.
    private enum Source {
        case time
        case number
        case open
        case refunded
        case exact(String)

        init(_ filter: OrderFilter) {
            if let query = filter.query {
                self = .exact(query)
            } else if filter.number != nil {
                self = .number
            } else {
                switch filter.status {
                case .handling, .queued: self = .open
                case .refunded: self = .refunded
                case .fulfilled, nil: self = .time
                }
            }
        }

        private static let owner = "account_id = ? AND environment = ?"
        private static let times = "created_at >= ? AND created_at < ?"
        private static let byTime = pair("SELECT * FROM orders WHERE \(owner) AND \(times)")
        private static let byNumber = pair("SELECT * FROM orders WHERE \(owner) AND number = ? AND \(times)")
        // The plus keeps the engine to the index of what is open, which is short however much a wallet has sold.
        private static let byAge = pair(
            """
            SELECT * FROM orders
            WHERE +account_id = ? AND +environment = ? AND \(times) AND finished_at IS NULL
            """)
        private static let byRefund = pair(
            "SELECT * FROM orders WHERE \(owner) AND \(times) AND refund_reason IS NOT NULL")
        private static let byExact = pair(
            """
            SELECT * FROM (
                SELECT * FROM orders WHERE id = ? AND account_id = ? AND environment = ?
                UNION SELECT * FROM orders WHERE account_id = ? AND environment = ? AND ref = ?
                UNION SELECT * FROM orders WHERE account_id = ? AND environment = ? AND number = ?
            ) AS found WHERE \(times)
            """)

        private static func pair(_ candidates: String) -> (select: Statement, count: Statement) {
            (
                OrderRow.select(
                    from: "(\(candidates)) AS candidates",
                    "\(condition) ORDER BY created_at DESC, order_no DESC LIMIT ? OFFSET ?"),
                Statement(
                    """
                    SELECT count(*) FROM (
                        SELECT 1 FROM (\(candidates)) AS candidates WHERE \(condition)
                        LIMIT \(Limits.countedFilteredOrders)
                    ) AS counted
                    """)
            )
        }

        private var statements: (select: Statement, count: Statement) {
            switch self {
            case .time: Self.byTime
            case .number: Self.byNumber
            case .open: Self.byAge
            case .refunded: Self.byRefund
            case .exact: Self.byExact
            }
        }

        var select: Statement { statements.select }
        var count: Statement { statements.count }

        func parameters(_ request: PageRequest, _ filter: OrderFilter, _ wallet: WalletID) -> [Value] {
            let owner: [Value] = [.account(wallet.account), .environment(wallet.environment)]
            let times: [Value] = [
                .integer(request.from?.milliseconds ?? .min), .integer(request.until?.milliseconds ?? .max),
            ]
            switch self {
            case .time, .open, .refunded:
                return owner + times
            case .number:
                return owner + [.text(filter.number ?? "")] + times
            case .exact(let query):
                return [.id(OrderID(query))] + owner + owner + [.text(query)] + owner + [.text(query)] + times
            }
        }
    }
}
