import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// Everything is re-added: orders beside their money and their cards.
struct AuditTests {
    /// A shop with a fulfilled, a refunded and two open production orders, and two cards in stock.
    private struct Floor {
        let shop: TestShop
        let fulfilled: OrderID
        let refunded: OrderID
        let open: OrderID

        init() async throws {
            shop = try await TestShop()
            try await shop.importCards((1...5).map { "ADSL,1000,CODE-\($0),S-\($0)" }.joined(separator: "\n"))
            let fulfilled = try await shop.place(in: shop.production).id
            let provisions = shop.provisions()
            _ = try shop.database.commit { try Claims.deliverReserved([fulfilled], provisions, in: $0) }
            self.fulfilled = fulfilled
            let refunded = try await shop.place(in: shop.production).id
            let more = shop.provisions()
            try shop.database.commit { try StaffSteps.refund(refunded, reason: "test", more, in: $0) }
            self.refunded = refunded
            open = try await shop.place(in: shop.production).id
            try await shop.place(in: shop.production)
            try await shop.place(in: shop.sandbox)
        }

        func plant(_ sql: String, _ parameters: [Value] = []) throws {
            let statement = Statement(sql)
            let changed = try shop.database.commit { try $0.run(statement, parameters) }
            #expect(changed > 0, "nothing was planted: \(sql)")
        }

        func findings(about subject: String) async throws -> [String] {
            try await shop.audit().findings.filter { $0.subject == subject }.map(\.sentence)
        }

        func card(of order: OrderID) throws -> CardID {
            try #require(try shop.database.look { try StaffReading.find(order, in: $0).card })
        }
    }

    @Test func `a shop at work is clean, and everything in it was counted`() async throws {
        let floor = try await Floor()
        let report = try await floor.shop.audit()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.accounts == 1)
        #expect(report.orders == 5)
        #expect(report.transfers == 2 + 5 + 1 + 1)
        #expect(report.cards == 5)
    }

    @Test func `a fulfilled order whose card is missing, another's or not delivered`() async throws {
        let sentence = "it is fulfilled and has no delivered card"
        for plant in [
            "UPDATE orders SET card_id = x'000000000000000000000000' WHERE id = ?",
            "UPDATE orders SET card_id = (SELECT card_id FROM orders WHERE id = ?2) WHERE id = ?1",
            "UPDATE cards SET state = 2 WHERE order_id = ?",
        ] {
            let floor = try await Floor()
            let parameters = [Value.id(floor.fulfilled)] + (plant.contains("?2") ? [.id(floor.open)] : [])
            try floor.plant(plant, parameters)
            #expect(try await floor.findings(about: "order \(floor.fulfilled)") == [sentence], "\(plant)")
        }
    }

    @Test func `a card that is set aside for an order which does not have it`() async throws {
        let floor = try await Floor()
        let card = try floor.card(of: floor.open)
        try floor.plant("UPDATE orders SET card_id = NULL WHERE id = ?", [.id(floor.open)])
        #expect(
            try await floor.findings(about: "card \(card)") == ["it is set aside for an order that does not have it"])
    }

    @Test func `a card of another environment or product than its order`() async throws {
        for plant in ["UPDATE cards SET environment = 0 WHERE id = ?", "UPDATE cards SET product_id = 1 WHERE id = ?"] {
            let floor = try await Floor()
            let card = try floor.card(of: floor.fulfilled)
            try floor.plant(plant, [.id(card)])
            #expect(try await !floor.findings(about: "card \(card)").isEmpty, "\(plant)")
        }
    }

    @Test func `two cards for one order the store itself does not let in`() async throws {
        let floor = try await Floor()
        #expect(throws: StoreFailure.self) {
            try floor.plant(
                "UPDATE cards SET state = 3, order_id = ? WHERE id = (SELECT id FROM cards WHERE state = 1 LIMIT 1)",
                [.id(floor.fulfilled)])
        }
        // As evidence a second one may lie with it.
        try floor.plant(
            "UPDATE cards SET state = 4, order_id = ? WHERE id = (SELECT id FROM cards WHERE state = 1 LIMIT 1)",
            [.id(floor.fulfilled)])
        #expect(try await floor.shop.audit().isClean)
    }

    @Test func `an open order whose card went back on sale`() async throws {
        let floor = try await Floor()
        try floor.plant("UPDATE cards SET state = 1, order_id = NULL WHERE order_id = ?", [.id(floor.open)])
        #expect(try await floor.findings(about: "order \(floor.open)") == ["its card is not reserved for it"])
    }

    @Test func `a refunded order without its release, or with a card`() async throws {
        let floor = try await Floor()
        try floor.plant("DELETE FROM transfers WHERE kind = 5 AND order_id = ?", [.id(floor.refunded)])
        #expect(
            try await floor.findings(about: "order \(floor.refunded)")
                == ["it is refunded and its cost was not given back"])
        let other = try await Floor()
        try other.plant("UPDATE orders SET card_id = x'000000000000000000000000' WHERE id = ?", [.id(other.refunded)])
        #expect(
            try await other.findings(about: "order \(other.refunded)") == ["it is refunded and still has a card"])
    }

    @Test func `a fulfilled order without its capture, an open one with an end`() async throws {
        let floor = try await Floor()
        try floor.plant(
            """
            UPDATE transfers SET (order_no, order_id) = (SELECT order_no, id FROM orders WHERE id = ?2)
            WHERE kind = 4 AND order_id = ?1
            """,
            [.id(floor.fulfilled), .id(floor.open)])
        #expect(
            try await floor.findings(about: "order \(floor.fulfilled)")
                == ["it is fulfilled and its cost was not captured"])
        #expect(
            try await floor.findings(about: "order \(floor.open)") == ["it is open and its cost has been moved on"])
    }

    @Test func `a hold that is missing or of another amount than the cost, and an end of another amount`() async throws
    {
        let missing = try await Floor()
        try missing.plant("DELETE FROM transfers WHERE kind = 3 AND order_id = ?", [.id(missing.open)])
        #expect(
            try await missing.findings(about: "order \(missing.open)") == ["it costs 950 DZD, its hold is missing"])
        let other = try await Floor()
        try other.plant("UPDATE orders SET cost = 94000 WHERE id = ?", [.id(other.fulfilled)])
        #expect(
            try await other.findings(about: "order \(other.fulfilled)")
                == ["it costs 940 DZD, its hold is 950", "it costs 940 DZD, 950 was moved at its end"])
    }

    @Test func `an order that is gone`() async throws {
        let floor = try await Floor()
        try floor.plant("DELETE FROM orders WHERE id = ?", [.id(floor.open)])
        let sentences = try await floor.findings(about: "account 1 PRODUCTION")
        #expect(sentences.contains("open orders cost 950 DZD, 1900 is held"))
        #expect(sentences.contains("it has 3 orders, its row says 4"))
    }

    @Test func `a card for sale whose code has been shown`() async throws {
        let floor = try await Floor()
        let statement = Statement("SELECT id FROM cards WHERE state = 1 ORDER BY id LIMIT 1")
        let card = try #require(
            try floor.shop.database.look { try $0.first(statement) { try $0.id(0, of: CardTag.self) } })
        try floor.plant(
            "INSERT INTO reveals (card_id, key_id, first_at, last_at, count) VALUES (?, 1, 0, 0, 1)", [.id(card)])
        #expect(try await floor.findings(about: "card \(card)") == ["it is for sale and its code has been shown"])
    }

    @Test func `a code that was shown to a key of another account, or of the other environment`() async throws {
        let floor = try await Floor()
        let card = try floor.card(of: floor.fulfilled)
        let other = try floor.shop.openAccount("+213555000009")
        let sentence = "its code was shown to a key that is not its order's account's"
        for (account, environment, sentences) in [
            (floor.shop.account, 1, []), (other, 1, [sentence]), (floor.shop.account, 0, [sentence]),
        ] {
            try floor.plant(
                """
                INSERT INTO api_keys (account_id, environment, is_read_only, is_enabled, hash, prefix, masks_codes,
                    allowed_addresses, requests_per_minute, created_at)
                VALUES (?, ?, 0, 1, randomblob(32), hex(randomblob(4)), 0, '', 0, 0)
                """,
                [.account(account), .integer(Int64(environment))])
            try floor.plant(
                """
                INSERT OR REPLACE INTO reveals (card_id, key_id, first_at, last_at, count)
                VALUES (?, (SELECT max(id) FROM api_keys), 0, 0, 1)
                """,
                [.id(card)])
            #expect(try await floor.findings(about: "card \(card)") == sentences)
            try floor.plant("DELETE FROM reveals")
        }
    }

    @Test func `an order that was paid back as delivered: another amount, or not delivered at all`() async throws {
        let floor = try await Floor()
        let provisions = floor.shop.provisions()
        try floor.shop.database.commit { transaction in
            try StaffSteps.adjust(floor.fulfilled, reason: "test", provisions, in: transaction)
        }
        #expect(try await floor.shop.audit().isClean)
        try floor.plant("UPDATE transfers SET amount = amount - 1 WHERE kind = 6")
        #expect(
            try await floor.findings(about: "order \(floor.fulfilled)")
                == ["it costs 950 DZD, 949.99 was paid back"])
        try floor.plant(
            """
            UPDATE transfers SET amount = amount + 1,
                (order_no, order_id) = (SELECT order_no, id FROM orders WHERE id = ?) WHERE kind = 6
            """,
            [.id(floor.refunded)])
        #expect(
            try await floor.findings(about: "order \(floor.refunded)")
                == ["it was paid back as delivered and is refunded"])
    }

    @Test func `a refunded order whose code was carried out, and whose card is on sale again`() async throws {
        let floor = try await Floor()
        // A code of the operator's own that was set aside stands for none of ours.
        try floor.plant(
            "INSERT INTO batches (environment, source, data_key, created_at) VALUES (1, 'operator 3', x'00', 0)")
        try floor.plant(
            """
            INSERT INTO cards SELECT x'0000000000000000000000FF', environment, product_id, (SELECT max(id) FROM batches),
                4, expires_on, NULL, sealed, NULL, NULL, ? FROM cards LIMIT 1
            """,
            [.id(floor.refunded)])
        try floor.plant("UPDATE orders SET card_exposed = 1 WHERE id = ?", [.id(floor.refunded)])
        #expect(
            try await floor.findings(about: "order \(floor.refunded)")
                == ["an operator was handed its card's code, and the card is not set aside"])
        try floor.plant(
            "UPDATE cards SET state = 4, order_id = ? WHERE id = (SELECT id FROM cards WHERE state = 1 LIMIT 1)",
            [.id(floor.refunded)])
        #expect(try await floor.shop.audit().isClean)
    }

    @Test func `money that moved for an order that is not there`() async throws {
        let planted = """
            INSERT INTO transfers (id, account_id, environment, kind, amount, entry_no, balance, order_no, order_id, note, at)
            SELECT x'0000000000000000000000FF', account_id, 1, ?1, 100, CASE ?1 WHEN 4 THEN NULL ELSE entry_no + 1 END,
                CASE ?1 WHEN 4 THEN NULL ELSE wallet + 100 END, 99, x'0000000000000000000000FF', '', 0
            FROM balances WHERE environment = 1
            """
        for (kind, sentence) in [
            (5, "of its statement is of an order that is not there"),
            (6, "of its statement is of an order that is not there"),
            (4, "the cost of order number 99 was captured, and that order is not there"),
        ] as [(Int64, String)] {
            let floor = try await Floor()
            try floor.plant(planted, [.integer(kind)])
            // The row agrees with its lines.
            if kind != 4 {
                try floor.plant(
                    "UPDATE balances SET entry_no = entry_no + 1, wallet = wallet + 100 WHERE environment = 1")
            }
            let sentences = try await floor.findings(about: "account 1 PRODUCTION")
            #expect(sentences.contains { $0.hasSuffix(sentence) }, "\(kind): \(sentences)")
        }
    }

    @Test(arguments: [
        "UPDATE events SET order_id = x'000000000000000000000000' WHERE kind = 1",
        "UPDATE events SET kind = 2 WHERE kind = 1", "UPDATE events SET kind = 3 WHERE kind = 1",
        "UPDATE events SET at = at + 1 WHERE kind = 2",
    ])
    func `an event that tells what has not become of its order`(plant: String) async throws {
        let floor = try await Floor()
        try floor.plant(plant)
        let sentences = try await floor.findings(about: "account 1 PRODUCTION")
        #expect(sentences.contains { $0.hasSuffix("tells what has not become of its order") }, "\(sentences)")
    }

    @Test func `an event too many, however well it is numbered`() async throws {
        let floor = try await Floor()
        try floor.plant(
            "INSERT INTO events SELECT account_id, environment, event_no + 10, kind, order_id, at FROM events WHERE kind = 1"
        )
        try floor.plant("UPDATE events SET event_no = 3 WHERE event_no > 10")
        try floor.plant("UPDATE balances SET event_no = 3 WHERE environment = 1")
        #expect(
            try await floor.findings(about: "account 1 PRODUCTION")
                == ["its orders were queued and ended 2 times, 3 events tell of it"])
    }

    @Test func `what cannot be read is told, and all the rest is looked at`() async throws {
        let floor = try await Floor()
        try floor.plant("UPDATE orders SET id = x'00' WHERE id = ?", [.id(floor.open)])
        try floor.plant("UPDATE balances SET wallet = wallet + 1 WHERE environment = 0")
        let findings = try await floor.shop.audit().findings
        #expect(findings.contains { $0.sentence.hasSuffix("its id cannot be read") })
        #expect(findings.contains { $0.subject == "account 1 SANDBOX" })
    }

    @Test func `amounts that no sum can hold are told, not tripped over`() async throws {
        let floor = try await Floor()
        try floor.plant("UPDATE transfers SET amount = 9223372036854775807")
        try floor.plant("UPDATE orders SET cost = 9223372036854775807")
        try floor.plant("UPDATE balances SET wallet = 9223372036854775807, held = 9223372036854775807")
        let report = try await floor.shop.audit()
        #expect(report.findings.contains { $0.subject == "account 1 PRODUCTION" })
        #expect(report.findings.contains { $0.subject == "the whole shop" })
    }

    @Test func `an order of a newer version is left alone`() async throws {
        let floor = try await Floor()
        try floor.plant("UPDATE orders SET state = 9 WHERE id = ?", [.id(floor.open)])
        #expect(try await floor.findings(about: "order \(floor.open)").isEmpty)
    }

    @Test func `progress is told wallet by wallet, and of the cards and the whole`() async throws {
        let floor = try await Floor()
        _ = try floor.shop.openAccount("+213555000009")
        try await confirmation(expectedCount: 6) { told in
            _ = try await Audit(database: floor.shop.database, time: floor.shop.time).run { done, all in
                #expect(all == 6)
                #expect(done <= all)
                told()
            }
        }
    }
}
