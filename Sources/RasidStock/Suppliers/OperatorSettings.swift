public import RasidBase
public import RasidDatabase

/// How an operator that is called over a wire is reached, and how it is treated.
///
/// A running server notices a change within a second or two; calls that are under way end as they began.
public struct OperatorSettings: Hashable, Sendable {
    public let operatorID: OperatorID
    public var url: String
    /// The key or secret as the vault has sealed it; see ``Vault/seal(secret:of:)``.
    public var sealedSecret: [UInt8]
    /// When a call is given up.
    public var deadline: Duration
    /// How long a recharge that was sent may stay unseen by asking.
    public var settlingTime: Duration
    /// How many calls one node may have open at once.
    public var concurrency: Int
    /// The most face value that may be sent there in a day of Africa/Algiers; nil for any.
    public var dailyCap: Money?
    /// The shop's money there below which its owner is told; nil for never.
    public var lowBalance: Money?
    /// Takes no new orders, but is asked about those it has.
    public var isPaused: Bool

    public init(
        operatorID: OperatorID, url: String, sealedSecret: [UInt8], deadline: Duration, settlingTime: Duration,
        concurrency: Int, dailyCap: Money? = nil, lowBalance: Money? = nil, isPaused: Bool = false
    ) {
        self.operatorID = operatorID
        self.url = url
        self.sealedSecret = sealedSecret
        self.deadline = deadline
        self.settlingTime = settlingTime
        self.concurrency = concurrency
        self.dailyCap = dailyCap
        self.lowBalance = lowBalance
        self.isPaused = isPaused
    }
}

// MARK: Its row

extension OperatorSettings {
    private static let columns = """
        operator_id, url, secret, deadline, settling_time, concurrency, daily_cap, low_balance, is_paused
        """
    private static let selectAll = Statement("SELECT \(columns) FROM operator_settings ORDER BY operator_id")
    private static let selectOne = Statement("SELECT \(columns) FROM operator_settings WHERE operator_id = ?")
    private static let write = Statement(
        """
        INSERT INTO operator_settings (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (operator_id) DO UPDATE SET url = excluded.url, secret = excluded.secret,
            deadline = excluded.deadline, settling_time = excluded.settling_time, concurrency = excluded.concurrency,
            daily_cap = excluded.daily_cap, low_balance = excluded.low_balance, is_paused = excluded.is_paused
        """)

    public static func all(in transaction: Transaction) throws -> [OperatorSettings] {
        try transaction.all(selectAll, [], OperatorSettings.init)
    }

    /// - Returns: nil for an operator that is called over no wire.
    public static func find(_ operatorID: OperatorID, in transaction: Transaction) throws -> OperatorSettings? {
        try transaction.first(selectOne, [.integer(operatorID.number)], OperatorSettings.init)
    }

    public func keep(in transaction: Transaction) throws {
        try transaction.run(
            Self.write,
            [
                .integer(operatorID.number), .text(url), .bytes(sealedSecret), .integer(deadline.milliseconds),
                .integer(settlingTime.milliseconds), .integer(Int64(concurrency)), .optional(dailyCap?.centimes),
                .optional(lowBalance?.centimes), .flag(isPaused),
            ])
    }

    private init(_ row: any Row) {
        self.init(
            operatorID: OperatorID(row.integer(0)), url: row.text(1), sealedSecret: row.bytes(2),
            deadline: .milliseconds(row.integer(3)), settlingTime: .milliseconds(row.integer(4)),
            concurrency: Int(row.integer(5)), dailyCap: row.optionalInteger(6).map(Money.init(centimes:)),
            lowBalance: row.optionalInteger(7).map(Money.init(centimes:)), isPaused: row.flag(8))
    }
}
