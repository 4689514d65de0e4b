import Logging
import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

@testable import RasidAPI

@Suite struct ListTests {
    @Test func `a list has both shapes, newest first`() async throws {
        try await TestShop.run { shop in
            for index in 1...3 { _ = try await shop.place(reference: "r\(index)") }
            let answer = try await shop.get("/v3/internet/list?pageSize=2")
            func item(_ reference: String) -> String {
                #"{"_id":"ID","ref":"\#(reference)","status":"HANDLING","type":"ADSL","number":"036362608","#
                    + #""topup_amount":500,"created_at":"TIME"}"#
            }
            let items = "[\(item("r3")),\(item("r2"))]"
            #expect(
                answer.masked
                    == #"{"success":true,"data":{"topups":\#(items),"items":\#(items),"#
                    + #""pagination":{"page":1,"pageSize":2,"totalPages":2,"totalResults":3}},"#
                    + #""meta":{"timestamp":"TIME","pagination":{"currentPage":1,"totalPages":2,"totalItems":3,"#
                    + #""hasNextPage":true}}}"#)
        }
    }

    @Test func `a long list reaches a client that has stopped sending and reads late`() async throws {
        try await TestShop.run { shop in
            let references = (0..<20).map { String(repeating: "😀", count: 98) + String($0 + 10) }
            for reference in references { _ = try await shop.place(value: "500", reference: reference) }
            let text = TestShop.text(
                "GET", "/v3/internet/list?pageSize=100", key: shop.sandboxKey, body: nil, headers: [])
            let answer = try await RawConnection.open(shop.port) { talk in
                try await talk.send(text)
                try await talk.finishSending()
                try await Task.sleep(for: .milliseconds(300))
                return await talk.answer()
            }
            #expect(answer?.body.hasSuffix("\"hasNextPage\":false}}}") == true)
        }
    }

    @Test(arguments: [false, true])
    func `a card that does not open hides its own order's code and no other's`(isMasked: Bool) async throws {
        try await TestShop.run { shop in
            let broken = try await shop.place(reference: "broken", key: shop.productionKey)
            _ = try await shop.place(reference: "whole", key: shop.productionKey)
            try shop.deliver()
            let spoil = Statement(
                "UPDATE cards SET sealed = x'00' WHERE id = (SELECT card_id FROM orders WHERE ref = ?)")
            _ = try shop.database.commit { try $0.run(spoil, [.text("broken")]) }
            let key = try shop.key(
                KeySettings(environment: .production, masksCodes: isMasked, rateLimit: .off))
            let list = try await shop.get("/v3/internet/list", key: key)
            #expect(list.status == 200)
            #expect(list.body.contains(#""ref":"whole","status":"FULFILLED""#))
            #expect(list.body.contains(#""ref":"broken","status":"HANDLING""#))
            let one = try await shop.get("/v3/internet/check-id/\(broken)", key: key)
            #expect(one.status == 200 && one.text("status") == "HANDLING" && one.text("card_code") == nil)
            let lines = shop.log.lines.filter { $0.level == .error }
            #expect(lines.map { $0.metadata["order"] } == [broken, broken])
            #expect(lines.allSatisfy { line in !Goods.codes.contains { line.text.contains($0) } })
        }
    }

    @Test func `a page beyond the end is empty`() async throws {
        try await TestShop.run { shop in
            _ = try await shop.place()
            for page in ["2", "9007199254740991"] {
                let answer = try await shop.get("/v3/internet/list?page=\(page)&pageSize=100")
                #expect(answer.body.contains(#""topups":[],"items":[],"pagination":{"page":\#(page)"#))
            }
        }
    }

    @Test func `filters find what they name, and one that names nothing known is ignored`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(number: "036362608", reference: "r1")
            _ = try await shop.place(number: "031417237", reference: "r2")
            for (query, total) in [
                ("status=HANDLING", 2), ("status=FULFILLED", 0), ("status=handling", 2), ("type=4G", 0), ("type=x", 2),
                ("number=031417237", 1), ("number=031", 0), ("number=abc", 2), ("number=", 2), ("q=r1", 1), ("q=", 2),
                ("q=API-%2B213665983439-r2", 1), ("q=\(id)", 1), ("q=036362608", 1), ("q=%27%20OR%201=1", 0),
                ("from=2020-01-01", 2), ("to=2020-01-01", 0), ("nonsense=1&nonsense=2", 2),
            ] {
                let answer = try await shop.get("/v3/internet/list?\(query)")
                #expect(answer.body.contains("\"totalResults\":\(total)}"), "\(query)")
            }
        }
    }

    @Test(arguments: [
        "page=0", "pageSize=101", "page=1&page=2", "from=x", "from=2026-02-02&to=2026-02-01",
        "status=HANDLING&status=QUEUED",
        "q=%ff", "page=NaN",
    ])
    func `a query that cannot be read is refused`(query: String) async throws {
        try await TestShop.run { shop in
            for path in ["/v3/internet/list", "/v3/account/transactions"]
            where !query.contains("status") && !query.contains("q=") {
                let answer = try await shop.get("\(path)?\(query)")
                #expect(answer.status == 400)
                #expect(answer.code == "ERR_VALIDATION")
            }
            #expect(try await shop.get("/v3/internet/list?\(query)").status == 400)
        }
    }
}
