import RasidBase
import RasidDatabase
import RasidLedger
import RasidTesting
import Testing

@testable import RasidOrders

/// The audit goes on where it stood: what is new is looked at once, what is open again.
struct AuditOnwardTests {
    private let shop: TestShop

    init() async throws {
        shop = try await TestShop()
        try await shop.importCards((1...9).map { "ADSL,1000,CODE-\($0),S-\($0)" }.joined(separator: "\n"))
    }

    private func plant(_ sql: String, _ parameters: [Value] = []) throws {
        let changed = try shop.database.commit { try $0.run(Statement(sql), parameters) }
        #expect(changed > 0, "nothing was planted: \(sql)")
    }

    /// Goes through everything new.
    ///
    /// - Returns: the wallets that were gone through, and what was found.
    private func audit() throws -> (wallets: [WalletID], findings: [AuditFinding]) {
        var findings: [AuditFinding] = []
        let news = try shop.database.look { try AuditOnward.news(in: $0) }
        for wallet in news {
            var position = wallet
            while !position.isAtEnd { findings += try shop.database.look { try AuditOnward.step(&position, in: $0) } }
            let reached = position
            try shop.database.commit { try AuditBook.keep(reached, in: $0) }
        }
        let pending = try shop.database.look { try AuditOnward.pending(after: nil, in: $0) }
        try shop.database.commit { try AuditBook.keep(order: nil, ended: pending.ended, in: $0) }
        findings += pending.findings
        findings += try shop.database.look { try AuditOnward.held(in: $0) }
        return (news.map(\.wallet), findings)
    }

    private func fulfil(_ order: OrderID) throws {
        let provisions = shop.provisions()
        _ = try shop.database.commit { try Claims.deliverReserved([order], provisions, in: $0) }
    }

    @Test func `each wallet is gone through once, and again when something came`() async throws {
        #expect(try audit().wallets == [shop.sandbox, shop.production])
        #expect(try audit().wallets.isEmpty)
        try fulfil(try await shop.place(in: shop.production).id)
        let second = try audit()
        #expect(second.wallets == [shop.production])
        #expect(second.findings.isEmpty)
        #expect(try audit().wallets.isEmpty)
    }

    @Test func `an order that was open is looked at again until it has ended`() async throws {
        let open = try await shop.place(in: shop.production).id
        try fulfil(try await shop.place(in: shop.production).id)
        #expect(try audit().findings.isEmpty)
        #expect(try audit().wallets.isEmpty)
        try fulfil(open)
        try plant("UPDATE cards SET state = 2 WHERE order_id = ?", [.id(open)])
        let finding = AuditFinding("order \(open)", "it is fulfilled and has no delivered card")
        #expect(try audit().findings == [finding])
        // It has ended and was told: nothing looks at it again.
        #expect(try audit().findings.isEmpty)
    }

    @Test func `what lies before the mark is left to the full audit`() async throws {
        let order = try await shop.place(in: shop.production).id
        try fulfil(order)
        #expect(try audit().findings.isEmpty)
        try plant("UPDATE cards SET state = 2 WHERE order_id = ?", [.id(order)])
        try fulfil(try await shop.place(in: shop.production).id)
        #expect(try audit().findings.isEmpty)
        #expect(try await !shop.audit().isClean)
    }

    @Test func `a statement that does not chain is told where it breaks, and gone on from`() async throws {
        #expect(try audit().findings.isEmpty)
        try await shop.place(in: shop.production)
        try plant("UPDATE transfers SET balance = balance + 1 WHERE kind = 3")
        let finding = AuditFinding(shop.production, "its statement does not chain at line 2")
        #expect(try audit().findings == [finding])
        // The next line follows from a row that says otherwise.
        try await shop.place(in: shop.production)
        #expect(try audit().findings == [AuditFinding(shop.production, "its statement does not chain at line 3")])
        try await shop.place(in: shop.production)
        #expect(try audit().findings.isEmpty)
    }

    @Test func `a balance that was changed without a line is found though nothing is new`() throws {
        #expect(try audit().findings.isEmpty)
        try plant("UPDATE balances SET wallet = wallet + 1 WHERE environment = 1")
        let found = try audit()
        #expect(found.wallets == [shop.production])
        #expect(found.findings.map(\.sentence).contains { $0 == "its statement does not end with what its row says" })
    }

    @Test func `a mark that lies beyond the books is none: they are gone through again`() async throws {
        try await shop.place(in: shop.production)
        #expect(try audit().findings.isEmpty)
        try plant("UPDATE transfers SET balance = balance + 1 WHERE kind = 3")
        for mark in ["entry_no = 9", "event_no = -1", "order_no = 9223372036854775807"] {
            try plant("UPDATE audit_marks SET \(mark)")
            let sentences = try audit().findings.map(\.sentence)
            #expect(sentences.contains("its statement does not chain at line 2"), "\(mark): \(sentences)")
        }
    }

    @Test func `money for an order that is not there, and an event of another kind`() async throws {
        try fulfil(try await shop.place(in: shop.production).id)
        try plant("UPDATE events SET kind = 2")
        try plant("UPDATE transfers SET order_id = x'000000000000000000000000' WHERE kind = 3")
        let sentences = try audit().findings.map(\.sentence)
        #expect(sentences.contains("line 2 of its statement is of an order that is not there"))
        #expect(sentences.contains("its event 1 tells what has not become of its order"))
    }

    @Test func `held money without an order is found`() async throws {
        try await shop.place(in: shop.production)
        #expect(try audit().findings.isEmpty)
        try plant("UPDATE balances SET held = held + 100 WHERE environment = 1")
        #expect(
            try audit().findings == [AuditFinding(shop.production, "what it holds is not what its open orders cost")])
    }

    @Test func `an order, an event or a line that is missing is found`() async throws {
        for (plant, sentence) in [
            ("UPDATE balances SET order_no = order_no + 1 WHERE environment = 1", "its orders are not numbered"),
            ("DELETE FROM events", "its events are not numbered"),
            ("DELETE FROM transfers WHERE kind = 3", "its statement does not end"),
        ] {
            let tests = try await AuditOnwardTests()
            try tests.fulfil(try await tests.shop.place(in: tests.shop.production).id)
            try tests.plant(plant)
            let sentences = try tests.audit().findings.map(\.sentence)
            #expect(sentences.contains { $0.hasPrefix(sentence) }, "\(plant): \(sentences)")
        }
    }

    @Test func `a thousand rows are one look, and the next goes on behind them`() async throws {
        for index in 1...Int(Limits.auditedRows) + 5 {
            try shop.deposit(Money(centimes: Int64(index)), to: shop.sandbox)
        }
        try plant("UPDATE transfers SET amount = amount + 1 WHERE environment = 0 AND entry_no = 1003")
        var position = try #require(try shop.database.look { try AuditOnward.news(in: $0) }.first)
        #expect(try shop.database.look { try AuditOnward.step(&position, in: $0) }.isEmpty)
        #expect(!position.isAtEnd)
        let findings = try shop.database.look { try AuditOnward.step(&position, in: $0) }
        #expect(findings == [AuditFinding(shop.sandbox, "its statement does not chain at line 1003")])
        #expect(position.isAtEnd)
    }

    @Test func `a card that is set aside for no order is found`() async throws {
        let order = try await shop.place(in: shop.production).id
        try plant("UPDATE orders SET card_id = NULL WHERE id = ?", [.id(order)])
        let look = try shop.database.look { try AuditOnward.cards(after: nil, in: $0) }
        #expect(look.last == nil)
        #expect(look.findings.map(\.sentence) == ["it is set aside for an order that does not have it"])
    }

    @Test func `one node audits at a time, and a turn that ran out is free`() throws {
        let now = shop.time.now
        func take(_ node: Int64, at moment: Timestamp) throws -> Bool {
            try shop.database.commit { try AuditBook.takeTurn(NodeID(node), at: moment, in: $0) }
        }
        #expect(try take(1, at: now))
        #expect(try take(1, at: now.adding(.seconds(60))))
        #expect(try !take(2, at: now.adding(.seconds(100))))
        #expect(try take(2, at: now.adding(.seconds(60) + Limits.auditTurn)))
        // A clock that was set back must not keep the audit from going on for as long.
        #expect(try take(3, at: now.adding(.seconds(-3600))))
    }

    private static let findings = [AuditFinding("order 1", "first"), AuditFinding("order 2", "second")]

    private func keep(_ findings: [AuditFinding]) throws {
        let now = shop.time.now
        try shop.database.commit { try AuditBook.keep(findings, at: now, in: $0) }
    }

    private func untold() throws -> [AuditFinding] { try shop.database.look { try AuditBook.untold(in: $0) } }

    @Test func `a finding is told once, however often it is found`() throws {
        try keep(Self.findings)
        #expect(try untold() == Self.findings)
        try shop.database.commit { try AuditBook.wereTold(Self.findings, in: $0) }
        try keep(Self.findings)
        #expect(try untold().isEmpty)
    }

    @Test func `a full audit settles what was known before it, and nothing that came meanwhile`() throws {
        try keep(Self.findings)
        let known = try shop.database.look { try AuditBook.known(in: $0) }
        let meanwhile = AuditFinding("order 3", "third")
        try keep([meanwhile])
        let now = shop.time.now
        try shop.database.commit { try AuditBook.replace(known, with: [Self.findings[0]], at: now, in: $0) }
        #expect(try shop.database.look { try AuditBook.known(in: $0) } == [Self.findings[0], meanwhile])
    }

    @Test func `findings beyond the bound become one that says so`() throws {
        try keep((1...Limits.auditFindings + 5).map { AuditFinding("order \($0)", "odd") })
        let known = try shop.database.look { try AuditBook.known(in: $0) }
        #expect(known.count == Limits.auditFindings)
        #expect(known.last == .ofShop("there are more findings than are kept here: run 'rasid audit'"))
        // What was told stays told when the book is full.
        try keep([known[0]])
        #expect(try shop.database.look { try AuditBook.count(in: $0) } == Limits.auditFindings)
    }

    @Test func `an open order is overdue a day after its 48 hours, and is found wherever it stands`() async throws {
        let order = try await shop.place(in: shop.production).id
        #expect(try audit().findings.isEmpty)
        shop.time.advance(by: Limits.orderOverdue - .seconds(1))
        func overdue() throws -> [AuditFinding] {
            let now = shop.time.now
            return try shop.database.look { try OverdueOrders.look(at: now, in: $0) }
        }
        #expect(try overdue().isEmpty)
        shop.time.advance(by: .seconds(1))
        let finding = AuditFinding("order \(order)", "it is more than 72 hours old and still open")
        #expect(try overdue() == [finding])
        #expect(try await shop.audit().findings == [finding])
        try fulfil(order)
        #expect(try overdue().isEmpty)
    }
}
