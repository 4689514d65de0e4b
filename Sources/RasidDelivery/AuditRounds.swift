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
            if try await keep(findings: []), try await goThroughWallets(), try await compareHeld() {
                try await goThroughCards()
            }
        }
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

    private func goThroughWallets() async throws -> Bool {
        for position in try await delivery.database.scan({ try AuditOnward.news(in: $0) }) {
            do {
                guard try await goThrough(position) else { return false }
            } catch StoreFailure.broken(let cause) {
                // One row that cannot be read must not keep the audit from every other wallet.
                let finding = AuditFinding(position.wallet, "it cannot be gone through: \(cause)")
                guard try await keep(findings: [finding]) else { return false }
            }
        }
        return true
    }

    private func goThrough(_ start: AuditOnward.Position) async throws -> Bool {
        var position = start
        while !position.isAtEnd {
            let begun = delivery.time.monotonic
            let before = position
            let (after, findings) = try await delivery.database.scan { transaction in
                var position = before
                let findings = try AuditOnward.step(&position, in: transaction)
                return (position, findings)
            }
            position = after
            guard try await keep(findings: findings, { try AuditBook.keep(after, in: $0) }) else { return false }
            try await rest(since: begun)
        }
        return true
    }

    private func compareHeld() async throws -> Bool {
        let findings = try await delivery.database.scan { try AuditOnward.held(in: $0) }
        return try await keep(findings: findings)
    }

    /// Some thousands a round, from where the last round ended; after the last card from the first.
    private func goThroughCards() async throws {
        var card = try await delivery.database.read { try AuditBook.card(in: $0) }
        for _ in 0..<Limits.auditedCardSteps {
            let begun = delivery.time.monotonic
            let before = card
            let look = try await delivery.database.scan { try AuditOnward.cards(after: before, in: $0) }
            card = look.last
            guard try await keep(findings: look.findings, { try AuditBook.keep(look.last, in: $0) }) else { return }
            guard card != nil else { return }
            try await rest(since: begun)
        }
    }

    /// Keeps what a look brought, while it is this node's turn.
    ///
    /// - Returns: false once another node audits.
    private func keep(
        findings: [AuditFinding], _ progress: @escaping @Sendable (Transaction) throws -> Void = { _ in }
    ) async throws -> Bool {
        let (node, now) = (delivery.node, delivery.time.now)
        let fresh = try await delivery.database.write { transaction -> [AuditFinding]? in
            guard try AuditBook.takeTurn(node, at: now, in: transaction) else { return nil }
            try progress(transaction)
            return try AuditBook.keep(findings, at: now, in: transaction)
        }
        for finding in fresh ?? [] {
            delivery.logger.error(
                "the books do not add up: run 'rasid audit'",
                metadata: ["subject": "\(finding.subject)", "finding": "\(finding.sentence)"])
        }
        return fresh != nil
    }

    private func count() async throws {
        delivery.monitor.audited(findings: try await delivery.database.read { try AuditBook.count(in: $0) })
    }

    /// Leaves the processor to the sales for nine times as long as a look took.
    private func rest(since begun: Int64) async throws {
        let worked = delivery.time.monotonic - begun
        try await delivery.time.sleep(for: .milliseconds(worked * Int64(Limits.auditShare - 1)))
    }
}
