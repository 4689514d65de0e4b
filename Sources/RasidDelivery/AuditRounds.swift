import Logging
public import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
public import ServiceLifecycle

/// Once a minute: adds up what has come since, in short looks, a tenth of one core at most (design §5).
///
/// One node audits at a time. What does not add up is told by the log once and by the health page until a full
/// `rasid audit` finds it no more; sales go on.
public struct AuditRounds: Service {
    private let delivery: Delivery
    private let pause: Duration

    public init(_ delivery: Delivery, pause: Duration = Limits.auditPause) {
        self.delivery = delivery
        self.pause = pause
    }

    public func run() async throws {
        // The pause that a shutdown cuts short is the end of the rounds, not a failure of the server.
        try? await cancelWhenGracefulShutdown {
            await trying { try await count() }
            while !Task.isCancelled {
                try await delivery.time.sleep(for: pause)
                await round()
            }
        }
    }

    package func round() async {
        await trying {
            guard try await keep([]), try await goThroughWallets() else { return }
            guard try await unlessBroken("the open orders", goThroughPending) else { return }
            guard try await unlessBroken("the whole shop", lookAtOpenOrders) else { return }
            _ = try await unlessBroken("the cards", goThroughCards)
        }
        await trying { try await tell() }
        // Whoever has audited: each node's health page tells of it.
        await trying { try await count() }
    }

    private func trying(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            guard !Task.isCancelled else { return }
            delivery.logger.error("a round of the audit failed", metadata: ["cause": "\(error)"])
        }
    }

    /// Round and round the wallets while there is something new, for a bounded while.
    private func goThroughWallets() async throws -> Bool {
        let begun = delivery.time.monotonic
        var last: WalletID?
        var hasMoved = false
        for _ in 0..<Limits.auditedPasses {
            let after = last
            let news = try await delivery.database.scan { try AuditOnward.news(after: after, in: $0) }
            for start in news {
                let isStillOurs = try await unlessBroken(AuditFinding(start.wallet, "").subject) {
                    try await goThrough(start, &hasMoved)
                }
                guard isStillOurs else { return false }
            }
            last = news.last?.wallet
            guard last == nil else { continue }
            // What does not add up stays news; where nothing else is new, the round has been made. Where there is always
            // something, the open orders and the cards have their turn all the same.
            guard hasMoved, delivery.time.monotonic - begun < Limits.auditPause.milliseconds else { break }
            hasMoved = false
        }
        return true
    }

    private func goThrough(_ start: AuditOnward.Position, _ hasMoved: inout Bool) async throws -> Bool {
        var position = start
        // A wallet that is busier than the audit must not keep it from every other.
        for _ in 0..<Limits.auditedWalletSteps where !position.isAtEnd {
            let before = position
            let isStillOurs = try await look {
                var after = before
                let findings = try AuditOnward.step(&after, in: $0)
                return (after, findings)
            } keeping: { after in
                position = after
                return { try AuditBook.keep(after, in: $0) }
            }
            guard isStillOurs else { return false }
            if position.isBeyond(before), !start.isAnew { hasMoved = true }
        }
        return true
    }

    /// Orders that were open when the audit came by: some thousands a round, from where the last round ended.
    private func goThroughPending() async throws -> Bool {
        var order = try await delivery.database.read { try AuditBook.cursors(in: $0).order }
        for _ in 0..<Limits.auditedPendingSteps {
            let before = order
            let isStillOurs = try await look { transaction in
                let look = try AuditOnward.pending(after: before, in: transaction)
                return ((look.last, look.ended), look.findings)
            } keeping: { last, ended in
                order = last
                return { try AuditBook.keep(order: last, ended: ended, in: $0) }
            }
            guard isStillOurs else { return false }
            guard order != nil else { break }
        }
        return true
    }

    /// What all open orders together must be.
    private func lookAtOpenOrders() async throws -> Bool {
        guard try await look({ ((), try AuditOnward.held(in: $0)) }, keeping: { _ in { _ in } }) else { return false }
        // A clock that is not trusted keeps orders from ending, and so does a round that fails.
        guard delivery.monitor.endsLives else { return true }
        let now = delivery.time.now
        return try await look {
            (try OverdueOrders.look(at: now, in: $0), [])
        } keeping: { overdue in
            { transaction in
                let known = try AuditBook.known(in: transaction).filter(OverdueOrders.isTold)
                try AuditBook.replace(known, with: overdue, at: now, in: transaction)
            }
        }
    }

    /// Some thousands a round, from where the last round ended; after the last card from the first.
    private func goThroughCards() async throws -> Bool {
        var card = try await delivery.database.read { try AuditBook.cursors(in: $0).card }
        for _ in 0..<Limits.auditedCardSteps {
            let before = card
            let isStillOurs = try await look { transaction in
                let look = try AuditOnward.cards(after: before, in: transaction)
                return (look.last, look.findings)
            } keeping: { last in
                card = last
                return { try AuditBook.keep(card: last, in: $0) }
            }
            guard isStillOurs else { return false }
            guard card != nil else { break }
        }
        return true
    }

    /// One row that cannot be read must not keep the audit from all the others.
    private func unlessBroken(_ subject: String, _ body: () async throws -> Bool) async throws -> Bool {
        do {
            return try await body()
        } catch StoreFailure.broken(let cause) {
            return try await keep([AuditFinding(subject, "it cannot be gone through: \(cause)")])
        }
    }

    /// One look in one snapshot, what it brought kept, and then nine times as long of leaving the processor to the sales.
    ///
    /// - Returns: whether it is still this node's turn.
    private func look<Reached: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> (Reached, [AuditFinding]),
        keeping progress: (Reached) -> @Sendable (Transaction) throws -> Void
    ) async throws -> Bool {
        let begun = delivery.time.monotonic
        let (reached, findings) = try await delivery.database.scan(body)
        guard try await keep(findings, progress(reached)) else { return false }
        let worked = delivery.time.monotonic - begun
        try await delivery.time.sleep(for: .milliseconds(worked * Int64(Limits.auditShare - 1)))
        return true
    }

    /// Keeps what a look brought, while it is this node's turn.
    ///
    /// - Returns: false once another node audits.
    private func keep(
        _ findings: [AuditFinding], _ progress: @escaping @Sendable (Transaction) throws -> Void = { _ in }
    ) async throws -> Bool {
        let (node, now) = (delivery.node, delivery.time.now)
        return try await delivery.database.write { transaction in
            guard try AuditBook.takeTurn(node, at: now, in: transaction) else { return false }
            try progress(transaction)
            try AuditBook.keep(findings, at: now, in: transaction)
            return true
        }
    }

    /// Into the log, by whose turn it is, and only then marked as told: a process that ends in between tells it again.
    private func tell() async throws {
        let (node, now) = (delivery.node, delivery.time.now)
        let untold = try await delivery.database.write { transaction in
            try AuditBook.takeTurn(node, at: now, in: transaction) ? try AuditBook.untold(in: transaction) : []
        }
        guard !untold.isEmpty else { return }
        for finding in untold {
            delivery.logger.error(
                "the books do not add up: run 'rasid audit'",
                metadata: ["subject": "\(finding.subject)", "finding": "\(finding.sentence)"])
        }
        try await delivery.database.write { try AuditBook.wereTold(untold, in: $0) }
    }

    private func count() async throws {
        delivery.monitor.audited(findings: try await delivery.database.read { try AuditBook.count(in: $0) })
    }
}
