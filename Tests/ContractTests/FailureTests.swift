import RasidAccounts
import RasidBase
import RasidDatabase
import RasidTesting
import Testing

extension Contract {
    /// Contract §2: what is said when the fault is ours; and §4: what the passing of days does.
    @Suite struct FailureTests {
        @Test func `a failure of ours quotes the request's id and nothing of our insides`() async throws {
            try await LiveShop.run { shop in
                let caller = try await shop.openReseller().sandbox
                #expect(try await caller.get("/v3/account/balance").status == 200)
                let hide = Statement("ALTER TABLE balances RENAME TO hidden_balances")
                try await shop.database.write { _ = try $0.run(hide) }
                for answer in [
                    try await caller.get("/v3/account/balance"), try await caller.send(Order.body(ref: "ours")),
                ] {
                    expectFailure(answer, 500, "INTERNAL_ERROR", details: .missing)
                    let message = answer.error["message"].string ?? ""
                    #expect(message.contains(answer["X-Request-Id"] ?? "-"))
                    for word in ["balances", "SQL", "table", "Swift", "Failure"] { #expect(!message.contains(word)) }
                    #expect(try shop.logLines().contains { $0.contains(answer["X-Request-Id"] ?? "-") })
                }
                let show = Statement("ALTER TABLE hidden_balances RENAME TO balances")
                try await shop.database.write { _ = try $0.run(show) }
                _ = try await caller.place(ref: "ours")
            }
        }

        @Test(.enabled(if: TestEngine.isSQLite, "its disk is the server's own"))
        func `a disk that is full is told as unavailable, and nothing was started`() async throws {
            try await LiveShop.run { shop in
                let caller = try await shop.openReseller().sandbox
                try await shop.database.write {
                    _ = try $0.first(Statement("PRAGMA max_page_count = 1")) { $0.integer(0) }
                }
                var accepted = 0
                // What is free in the pages there are is filled first.
                let answer = try await eventually {
                    let answer = try await caller.send(Order.body(value: "500", ref: "full-\(accepted)"))
                    if answer.status == 200 { accepted += 1 }
                    return answer.status == 200 ? nil : answer
                }
                expectFailure(answer, 503, "SERVICE_UNAVAILABLE", details: .missing)
                #expect((answer["Retry-After"].flatMap(Int.init) ?? 0) >= 1)
                #expect(try await caller.check(ref: "full-\(accepted)").status == 404)
                let total = try await caller.get("/v3/internet/list").data["pagination"]["totalResults"].int
                #expect(total == accepted)
                let more = Statement("PRAGMA max_page_count = 1000000")
                try await shop.database.write { _ = try $0.first(more) { $0.integer(0) } }
                _ = try await caller.place(value: "500", ref: "full-\(accepted)")
                #expect(try await caller.balance() == .dinars(100_000 - 475 * Int64(accepted + 1)))
            }
        }

        /// So much space does an opening take that a full disk has none left for it, whatever is free in its pages.
        private static let fullForOpenings = [
            "CREATE TABLE ballast (bytes BLOB) STRICT",
            """
            CREATE TRIGGER weigh AFTER INSERT ON reveals BEGIN
                INSERT INTO ballast (bytes) VALUES (zeroblob(1000000));
            END
            """,
        ]

        @Test(.enabled(if: TestEngine.isSQLite, "its disk is the server's own"))
        func `a code is not shown before its opening is kept, and its order is no failure till then`()
            async throws
        {
            try await LiveShop.run { shop in
                let reseller = try await shop.openReseller()
                let caller = reseller.sandbox
                let plain = try await caller.settled(try await caller.place(ref: "plain").id)
                let late = try await caller.settled(try await caller.place(number: "000000002", ref: "late").id)
                let settings = KeySettings(environment: .sandbox, rateLimit: .off)
                let other = shop.caller(try await shop.key(for: reseller.account, settings))
                try await shop.database.write { transaction in
                    for text in Self.fullForOpenings { _ = try transaction.run(Statement(text)) }
                    _ = try transaction.first(Statement("PRAGMA max_page_count = 1")) { $0.integer(0) }
                }
                for (order, status) in [(plain, "HANDLING"), (late, "QUEUED")] {
                    let id = try #require(order["_id"].string)
                    #expect(try await caller.check(id: id).data == order)
                    for data in [
                        try await other.check(id: id).data, try await other.check(ref: order["ref"].string ?? "").data,
                        try #require(try await other.list().first { $0["_id"] == order["_id"] }),
                    ] {
                        #expect(data["status"].string == status)
                        #expect(data["card_code"] == .missing && data["num_trans"] == .missing)
                        #expect(isTime(data["expected_by"]) == (status == "QUEUED"))
                    }
                    let lines = try shop.logLines().filter { $0.contains("code not shown") && $0.contains(id) }
                    #expect(lines.count >= 3 && lines.allSatisfy { $0.contains(#""level":"error""#) })
                }
                let more = Statement("PRAGMA max_page_count = 1000000")
                try await shop.database.write { _ = try $0.first(more) { $0.integer(0) } }
                #expect(try await other.list() == [late, plain])
                #expect(try await other.check(ref: "plain").data == plain)
            }
        }

        @Test func `health says that no sales can be taken while the store does not work, and ping still answers`()
            async throws
        {
            try await LiveShop.run { shop in
                let caller = shop.caller(nil)
                #expect(try await caller.get("/v3/ping").data["api"] == "ok")
                try await shop.database.write { _ = try $0.run(Statement("ALTER TABLE nodes RENAME TO hidden_nodes")) }
                let unready = try await eventually {
                    let ready = try await caller.get("/health/ready")
                    return ready.status == 200 ? nil : ready
                }
                #expect(unready.status == 503)
                expectEveryAnswersHeaders(unready)
                #expect(unready.json["status"] == "unready" && unready.json.keys == ["status", "reasons"])
                let ping = try await caller.get("/v3/ping")
                #expect(ping.status == 200 && ping.data["api"] == "error")
                #expect(try await caller.get("/health/live").status == 200)
                try await shop.database.write { _ = try $0.run(Statement("ALTER TABLE hidden_nodes RENAME TO nodes")) }
                _ = try await eventually { try await caller.get("/health/ready").status == 200 ? true : nil }
            }
        }

        @Test func `a queued order that is open after 48 hours is refunded for good`() async throws {
            let time = ShiftedTime()
            try await LiveShop.run(operatorDelay: .seconds(6 * 3600), time: time) { shop in
                let caller = try await shop.openReseller().sandbox
                // It would be done after sixty hours.
                let id = try await caller.place(number: "000000002", ref: "old").id
                time.advance(by: .seconds(6 * 3600))
                let queued = try await eventually {
                    let data = try await caller.check(id: id).data
                    return data["status"] == "QUEUED" ? data : nil
                }
                let latest = try moment(queued["created_at"]).adding(.seconds(48 * 3600))
                #expect(try moment(queued["expected_by"]) <= latest)
                time.advance(by: .seconds(41 * 3600))
                #expect(try await caller.check(id: id).data["status"] == "QUEUED")
                time.advance(by: .seconds(3600))
                let order = try await caller.settled(id)
                #expect(order["status"] == "REFUNDED" && order["refund_reason"] == "EXPIRED")
                #expect(try await caller.balance() == .dinars(100_000))
                time.advance(by: .seconds(24 * 3600))
                #expect(try await caller.check(ref: "old").data == order)
                #expect(try await caller.send(Order.body(ref: "old")).error["details"]["status"] == "REFUNDED")
            }
        }

        @Test func `the statement chains even where somebody has set the clock back`() async throws {
            let time = ShiftedTime()
            try await LiveShop.run(time: time) { shop in
                let caller = try await shop.openReseller().sandbox
                for _ in 0..<3 {
                    _ = try await caller.settled(try await caller.place(number: "000000001").id)
                    time.advance(by: .seconds(-30))
                }
                let items = try await caller.statement()
                #expect(items.count == 7)
                try StatementTests.expectChain(items)
                #expect(try await caller.statement("?pageSize=100&from=2020-01-01") == items)
            }
        }
    }
}
