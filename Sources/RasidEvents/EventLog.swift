public import RasidBase
public import RasidDatabase

/// What a reseller is told about an order.
public enum EventKind: Int64, Sendable {
    case fulfilled = 1
    case refunded = 2
    case queued = 3
}

/// The account's own stream of events, numbered without a gap and never changed.
///
/// An event is written in the transaction that it tells of; its number comes from the wallet's row, which that
/// transaction has locked, so a reader that goes by number cannot skip one (design §5).
public enum EventLog {
    private static let insert = Statement(
        "INSERT INTO events (account_id, environment, event_no, kind, order_id, at) VALUES (?, ?, ?, ?, ?, ?)")

    public static func append(
        _ kind: EventKind, of order: OrderID, number: Int64, to wallet: WalletID, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        try transaction.changeOne(
            insert,
            [
                .account(wallet.account), .environment(wallet.environment), .integer(number),
                .integer(kind.rawValue), .id(order), .time(now),
            ]
        ) { StoreFailure.broken("an event was not added") }
    }

    private static let selectExtent = Statement(
        """
        SELECT count(*), coalesce(max(event_no), 0) FROM events
        WHERE account_id = ? AND environment = ? AND event_no > ? AND event_no <= ?
        """)

    /// How many events a wallet has after one number and up to another, and the number of the last of them.
    public static func extent(
        of wallet: WalletID, after first: Int64, through last: Int64, in transaction: Transaction
    ) throws -> (count: Int64, last: Int64) {
        let parameters: [Value] = [
            .account(wallet.account), .environment(wallet.environment), .integer(first), .integer(last),
        ]
        return try transaction.first(selectExtent, parameters) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
    }
}
