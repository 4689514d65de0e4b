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
    mutating func add(_ more: AuditReport, of subject: String) {
        accounts += more.accounts
        orders += more.orders
        transfers += more.transfers
        cards += more.cards
        findings += more.findings.prefix(Limits.auditFindings)
        guard more.findings.count > Limits.auditFindings else { return }
        findings.append(AuditFinding(subject, "more does not add up than is told here"))
    }
}

/// Re-adds everything: each wallet in one snapshot, then the cards in one, then the sum over all (design §5).
///
/// What cannot be read is told, and all the rest is looked at.
public struct Audit: Sendable {
    private let database: any Database
    private let time: any TimeSource

    public init(database: any Database, time: any TimeSource) {
        self.database = database
        self.time = time
    }

    /// - Parameter progress: is told how many parts of how many are done.
    public func run(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> AuditReport {
        let parts = Self.parts(try await database.scan { try LedgerAudit.wallets(in: $0) }, at: time.now)
        var report = AuditReport()
        for (index, part) in parts.enumerated() {
            do {
                report.add(try await database.scan(part.look), of: part.subject)
            } catch StoreFailure.broken(let cause) {
                report.add(part.unread(because: cause), of: part.subject)
            }
            progress(index + 1, parts.count)
        }
        return report
    }

    /// The same on the caller's own stack.
    public static func run(
        on database: any InlineDatabase, at now: Timestamp,
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws -> AuditReport {
        let parts = parts(try database.look { try LedgerAudit.wallets(in: $0) }, at: now)
        var report = AuditReport()
        for (index, part) in parts.enumerated() {
            do {
                report.add(try database.look(part.look), of: part.subject)
            } catch StoreFailure.broken(let cause) {
                report.add(part.unread(because: cause), of: part.subject)
            }
            progress(index + 1, parts.count)
        }
        return report
    }

    /// What is looked at in one snapshot.
    private struct Part: Sendable {
        let subject: String
        let look: @Sendable (Transaction) throws -> AuditReport

        func unread(because cause: String) -> AuditReport {
            AuditReport(findings: [AuditFinding(subject, "it cannot be gone through: \(cause)")])
        }
    }

    private static func parts(_ wallets: [WalletID], at now: Timestamp) -> [Part] {
        let accounts = Set(wallets.map(\.account)).count
        return wallets.map { wallet in
            Part(subject: AuditFinding(wallet, "").subject) { try look(at: wallet, $0) }
        } + [
            Part(subject: "the cards") { transaction in
                let cards = try AuditedCards.look(after: nil, limit: .max, in: transaction)
                return AuditReport(cards: cards.count, findings: cards.findings)
            },
            Part(subject: "the whole shop") { transaction in
                let overdue = try OverdueOrders.look(at: now, in: transaction)
                return AuditReport(
                    accounts: accounts, findings: overdue + (try LedgerAudit.whole(in: transaction)))
            },
        ]
    }

    private static func look(at wallet: WalletID, _ transaction: Transaction) throws -> AuditReport {
        let books = try LedgerAudit.books(of: wallet, in: transaction)
        let orders = try orders(of: wallet, books.balances, transaction)
        var part = AuditReport(orders: orders.count, transfers: books.transfers)
        part.findings = books.findings + orders.findings
        part.findings += try AuditedTransfers.lines(of: wallet, after: .min, through: .max, in: transaction)
        part.findings += try AuditedTransfers.captures(of: wallet, in: transaction)
        part.findings += try AuditedEvents.look(of: wallet, after: .min, through: .max, in: transaction)
        return part
    }

    /// Every order has its hold, its one end and its card; the open ones together are what is held.
    private static func orders(
        of wallet: WalletID, _ balances: Balances, _ transaction: Transaction
    ) throws -> (count: Int, findings: [AuditFinding]) {
        var count: Int64 = 0
        var open = AuditSum()
        var findings: [AuditFinding] = []
        var told: Int64 = 0
        var isAllKnown = true
        try AuditedOrder.each(of: wallet, after: .min, limit: .max, transaction) { order in
            count += 1
            if !order.state.isFinal { open += order.cost }
            told += (order.state.isFinal ? 1 : 0) + (order.wasQueued ? 1 : 0)
            if !order.isKnown { isAllKnown = false }
            if findings.count <= Limits.auditFindings { findings += order.findings(whenNextIs: count) }
        }
        if open != AuditSum(balances.held) {
            findings.append(AuditFinding(wallet, "open orders cost \(open) DZD, \(balances.held) is held"))
        }
        // What became of an order of a newer version is not known here.
        let events = try AuditedEvents.count(of: wallet, in: transaction)
        if isAllKnown, told != events {
            findings.append(
                AuditFinding(wallet, "its orders were queued and ended \(told) times, \(events) events tell of it"))
        }
        if count != balances.orderNumber {
            findings.append(AuditFinding(wallet, "it has \(count) orders, its row says \(balances.orderNumber)"))
        }
        return (Int(count), findings)
    }
}
