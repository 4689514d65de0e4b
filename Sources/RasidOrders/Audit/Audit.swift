public import RasidBase
public import RasidDatabase
public import RasidLedger

/// What `rasid audit` says.
public struct AuditReport: Hashable, Sendable {
    public var accounts = 0
    public var orders = 0
    public var transfers = 0
    public var cards = 0
    public var findings: [AuditFinding] = []

    public var isClean: Bool { findings.isEmpty }

    /// Of one subject at most so many are told: where everything is wrong, a million sentences help nobody.
    mutating func add(_ more: [AuditFinding], of subject: String) {
        findings += more.prefix(Limits.auditFindings)
        guard more.count > Limits.auditFindings else { return }
        findings.append(AuditFinding(subject, "more does not add up than is told here"))
    }
}

/// Re-adds everything: each wallet in one short snapshot, then the cards, then the sum over all (design §5).
public struct Audit: Sendable {
    private let database: any Database
    private let time: any TimeSource

    public init(database: any Database, time: any TimeSource) {
        self.database = database
        self.time = time
    }

    /// - Parameter progress: is told how many wallets of how many are done.
    public func run(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> AuditReport {
        let wallets = try await database.scan { try LedgerAudit.wallets(in: $0) }
        var report = AuditReport()
        report.accounts = Set(wallets.map(\.account)).count
        for (index, wallet) in wallets.enumerated() {
            let (books, orders) = try await database.scan { transaction in
                let books = try LedgerAudit.books(of: wallet, in: transaction)
                return (books, try Self.orders(of: wallet, books.balances, transaction))
            }
            report.transfers += books.transfers
            report.orders += orders.count
            report.add(books.findings + orders.findings, of: AuditFinding(wallet, "").subject)
            progress(index + 1, wallets.count)
        }
        let cards = try await database.scan { try AuditedCards.look(after: nil, limit: .max, in: $0) }
        report.cards = cards.count
        report.add(cards.findings, of: "the cards")
        let now = time.now
        report.findings += try await database.scan { try OverdueOrders.look(at: now, in: $0) }
        report.findings += try await database.scan { try LedgerAudit.whole(in: $0) }
        return report
    }

    /// Every order has its hold, its one end and its card; the open ones together are what is held.
    private static func orders(
        of wallet: WalletID, _ balances: Balances, _ transaction: Transaction
    ) throws -> (count: Int, findings: [AuditFinding]) {
        var count: Int64 = 0
        var open = AuditSum()
        var findings: [AuditFinding] = []
        try AuditedOrder.each(of: wallet, after: 0, limit: .max, transaction) { order in
            count += 1
            if !order.state.isFinal { open += order.cost }
            if findings.count <= Limits.auditFindings { findings += order.findings(whenNextIs: count) }
        }
        if open != AuditSum(balances.held) {
            findings.append(AuditFinding(wallet, "open orders cost \(open) DZD, \(balances.held) is held"))
        }
        if count != balances.orderNumber {
            findings.append(AuditFinding(wallet, "it has \(count) orders, its row says \(balances.orderNumber)"))
        }
        return (Int(count), findings)
    }
}
