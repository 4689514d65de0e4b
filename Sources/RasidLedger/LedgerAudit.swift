public import RasidBase
public import RasidDatabase
import RasidEvents

/// Something that does not add up: what it is about, and what is wrong with it.
public struct AuditFinding: Hashable, Sendable {
    /// An account's wallet, an order or a card.
    public let subject: String
    public let sentence: String

    public init(_ subject: String, _ sentence: String) {
        self.subject = subject
        self.sentence = sentence
    }

    /// What no single account, order or card is to blame for.
    public static func ofShop(_ sentence: String) -> AuditFinding { AuditFinding("the whole shop", sentence) }

    public init(_ wallet: WalletID, _ sentence: String) {
        self.init("account \(wallet.account.number) \(wallet.environment.rawValue)", sentence)
    }
}

/// How far the books of a wallet have been gone through.
public struct BookMark: Hashable, Sendable {
    /// The last line's number, and the balance it left.
    public var entry: Int64
    public var balance: Money
    /// The last event's number.
    public var event: Int64

    public static let start = BookMark(entry: 0, balance: .zero, event: 0)

    public init(entry: Int64, balance: Money, event: Int64) {
        self.entry = entry
        self.balance = balance
        self.event = event
    }
}

/// Re-adds the books of one wallet from its transfers (design §5).
public enum LedgerAudit {
    private static let selectWallets = Statement(
        "SELECT account_id, environment FROM balances ORDER BY account_id, environment")
    private static let selectLines = Statement(
        """
        SELECT kind, amount, entry_no, balance FROM transfers
        WHERE account_id = ? AND environment = ? AND entry_no IS NOT NULL AND entry_no > ? ORDER BY entry_no LIMIT ?
        """)
    // Captures have no line. The first condition is the words of the index that holds them.
    private static let selectCaptures = Statement(
        "SELECT amount FROM transfers WHERE kind IN (4, 5) AND account_id = ? AND environment = ? AND kind = 4")

    /// What one wallet's books add up to.
    public struct Books: Sendable {
        public let balances: Balances
        public let transfers: Int
        public let findings: [AuditFinding]
    }

    public static func wallets(in transaction: Transaction) throws -> [WalletID] {
        try transaction.all(selectWallets) { WalletID(account: $0.account(0), environment: try $0.environment(1)) }
    }

    public static func books(of wallet: WalletID, in transaction: Transaction) throws -> Books {
        let owner: [Value] = [.account(wallet.account), .environment(wallet.environment)]
        let balances = try Balances.of(wallet, in: transaction)
        var lines = try lines(owner, after: .start, from: .min, limit: .max, transaction)
        lines.compareEnd(with: balances)
        var captures = (sum: AuditSum(), count: 0)
        try transaction.each(selectCaptures, owner) { row in
            captures.sum += row.money(0)
            captures.count += 1
        }
        let cash = lines.sum(.deposit) - lines.sum(.withdraw)
        let revenue = captures.sum - lines.sum(.adjust)
        let held = lines.sum(.hold) - captures.sum - lines.sum(.release)
        var findings = lines.faults
        if held != AuditSum(balances.held) {
            findings.append("the transfers hold \(held) DZD, its row says \(balances.held)")
        }
        if cash - revenue - held != AuditSum(balances.wallet) {
            findings.append("the transfers leave \(cash - revenue - held) DZD, its row says \(balances.wallet)")
        }
        let events = try EventLog.extent(of: wallet, after: .min, through: .max, in: transaction)
        if events.count != balances.eventNumber || events.last != balances.eventNumber {
            findings.append(
                "it has \(events.count) events up to number \(events.last), its row says \(balances.eventNumber)")
        }
        return Books(
            balances: balances, transfers: lines.count + captures.count,
            findings: findings.map { AuditFinding(wallet, $0) })
    }

    /// Goes on through a wallet's lines and events, at most `limit` of each.
    ///
    /// - Returns: the mark to go on from, what does not add up, and whether everything has been gone through.
    public static func onward(
        of wallet: WalletID, from mark: BookMark, limit: Int64, in transaction: Transaction
    ) throws -> (mark: BookMark, isAtEnd: Bool, findings: [AuditFinding]) {
        let owner: [Value] = [.account(wallet.account), .environment(wallet.environment)]
        let balances = try Balances.of(wallet, in: transaction)
        let lines = try lines(owner, after: mark, from: mark.entry, limit: limit, transaction)
        let isLastLine = lines.count < limit
        // Sentences without amounts: a finding that stays is one finding, however many sales follow.
        var findings = lines.faults
        if isLastLine, lines.faults.isEmpty, !lines.endWith(balances) {
            findings.append("its statement does not end with what its row says")
        }
        let reach = mark.event.addingReportingOverflow(limit)
        let isLastEvent = reach.overflow || balances.eventNumber <= reach.partialValue
        let through = isLastEvent ? Int64.max : reach.partialValue
        let events = try EventLog.extent(of: wallet, after: mark.event, through: through, in: transaction)
        let lastEvent = isLastEvent ? balances.eventNumber : through
        if events.count != lastEvent &- mark.event || (events.count > 0 && events.last != lastEvent) {
            findings.append("its events are not numbered up to what its row says")
        }
        return (
            BookMark(entry: lines.number, balance: lines.balance, event: lastEvent), isLastLine && isLastEvent,
            findings.map { AuditFinding(wallet, $0) }
        )
    }

    private static let selectAll = Statement("SELECT kind, amount FROM transfers WHERE kind IN (1, 2, 4, 6)")
    private static let selectBalances = Statement("SELECT wallet, held FROM balances")

    /// The sum over everything is zero: what came in is what was earned and what the wallets hold.
    public static func whole(in transaction: Transaction) throws -> [AuditFinding] {
        var sums: [Int64: AuditSum] = [:]
        try transaction.each(selectAll) { sums[$0.integer(0), default: AuditSum()] += $0.money(1) }
        var wallets = AuditSum()
        try transaction.each(selectBalances) { row in
            wallets += row.money(0)
            wallets += row.money(1)
        }
        func sum(_ kind: TransferKind) -> AuditSum { sums[kind.rawValue] ?? AuditSum() }
        let cash = sum(.deposit) - sum(.withdraw)
        let revenue = sum(.capture) - sum(.adjust)
        guard cash != revenue + wallets else { return [] }
        return [
            .ofShop("\(cash) DZD came in, \(revenue) were earned and \(wallets) are in the wallets")
        ]
    }

    /// What a statement's lines come to, and where they end.
    private struct Lines {
        var number: Int64
        var balance: Money
        var sums: [Int64: AuditSum] = [:]
        var count = 0
        var faults: [String] = []

        func sum(_ kind: TransferKind) -> AuditSum { sums[kind.rawValue] ?? AuditSum() }

        func endWith(_ balances: Balances) -> Bool {
            number == balances.entryNumber && balance == balances.wallet
        }

        /// A statement that breaks on the way is told once.
        mutating func compareEnd(with balances: Balances) {
            guard faults.isEmpty, !endWith(balances) else { return }
            faults = ["its statement ends at line \(number) with \(balance) DZD, its row says otherwise"]
        }
    }

    /// Every line's balance must follow from the line before it, without a gap in the numbers.
    private static func lines(
        _ owner: [Value], after mark: BookMark, from first: Int64, limit: Int64, _ transaction: Transaction
    ) throws -> Lines {
        var lines = Lines(number: mark.entry, balance: mark.balance)
        try transaction.each(selectLines, owner + [.integer(first), .integer(limit)]) { row in
            lines.count += 1
            lines.sums[row.integer(0), default: AuditSum()] += row.money(1)
            let (before, amount) = (AuditSum(lines.balance), AuditSum(row.money(1)))
            let expected = TransferKind(rawValue: row.integer(0)).map {
                $0.isIncrement ? before + amount : before - amount
            }
            let follows = row.integer(2) == lines.number &+ 1 && AuditSum(row.money(3)) == expected
            if !follows, lines.faults.isEmpty {
                lines.faults = ["its statement does not chain at line \(row.integer(2))"]
            }
            (lines.number, lines.balance) = (row.integer(2), row.money(3))
        }
        return lines
    }
}
