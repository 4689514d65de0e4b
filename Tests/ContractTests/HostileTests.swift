import RasidBase
import RasidOrders
import RasidTesting
import Testing

extension Contract {
    /// Bad input of every kind: a contract error, no 5xx, and nothing moved.
    @Suite struct HostileTests {
        private static let deep = String(repeating: "[", count: 20_000)
        private static let long = String(repeating: "9", count: 60_000)

        static let bodies = [
            "", "{", "\u{0}", "null", "[1,2", deep, #"{"a":"# + deep, #"{"type":"# + deep + "}", #"{"value":\#(long)}"#,
            #"{"value":-\#(long)}"#, #"{"value":0.\#(long)}"#, #"{"value":1e\#(long)}"#, #"{"value":"\#(long)"}"#,
            #"{"type":"ADSL","number":"\#(long)","value":1000}"#, Order.body(value: "NaN"),
            Order.body(value: "-Infinity"),
            Order.body(value: "1e308"), Order.body(value: "-1"),
            Order.body(value: "1000.123456789012345678901234567890"),
            Order.body(value: "9223372036854775808"), Order.body(value: "92233720368547758.08"),
            Order.body(value: "18446744073709551616"), Order.body(value: "[[[]]]"), Order.body(value: #"{"$gt":0}"#),
            Order.body(number: "036362608' OR 1=1"), Order.body(number: "\u{0}36362608"),
            Order.body(number: "03636260\n"),
            Order.body("ADSL'; DELETE FROM orders"), Order.body(ref: "\u{0}"),
            Order.body(ref: String(repeating: "x", count: 60_000)),
            Order.body(ref: "a\u{1}b"), #"{"type":"ADSL","number":"036362608","value":1000,"ref":"\ud83c"}"#,
            #"{"__proto__":{"type":"ADSL"},"constructor":1}"#, #"{"type":["ADSL","4G"],"number":{"a":1},"value":[]}"#,
            "{" + (0..<5000).map { #""k\#($0)":0"# }.joined(separator: ",") + "}",
        ]

        /// Those of them whose shape is right and whose number is not.
        private static let misdialled: Set<String> = [
            #"{"type":"ADSL","number":"\#(long)","value":1000}"#, Order.body(number: "036362608' OR 1=1"),
            Order.body(number: "\u{0}36362608"), Order.body(number: "03636260\n"),
        ]

        /// What each is answered: the faulty field of an `ERR_VALIDATION`, or a status and a word.
        private static let targets: [(target: String, answer: Outcome)] = [
            ("/v3/internet/products?type=%00", .fault("type")),
            ("/v3/internet/products?type=\(String(repeating: "A", count: 8000))", .fault("type")),
            ("/v3/internet/check-number?type=ADSL&number=%00%00", .code(400, "ERR_PHONE")),
            ("/v3/internet/check-number?type=4G&number='--", .code(400, "ERR_PHONE")),
            ("/v3/internet/list?page=9223372036854775808", .fault("page")),
            ("/v3/internet/list?pageSize=-9223372036854775809", .fault("pageSize")),
            ("/v3/internet/list?page=9007199254740991&pageSize=100", .orders(0)),
            ("/v3/internet/list?q=%00", .orders(0)), ("/v3/internet/list?q=%ff", .fault("q")),
            ("/v3/internet/list?q='%20OR%201=1%20--", .orders(0)),
            ("/v3/internet/list?number=99999999999999999999999999999999", .orders(0)),
            ("/v3/internet/list?from=9999-12-31&to=9999-12-31", .orders(0)),
            ("/v3/internet/list?from=0001-01-01&to=0001-01-01", .orders(0)),
            ("/v3/internet/list?from=0000-01-01", .fault("from")),
            ("/v3/internet/list?from=9999-12-31T23:59:59.999999999-23:59", .orders(0)),
            ("/v3/account/transactions?from=-271821-04-20", .fault("from")),
            ("/v3/account/transactions?to=%F0%9F%82%A1", .fault("to")),
            ("/v3/internet/check-ref/%00?wait=60", .code(404, "NOT_FOUND")),
            ("/v3/internet/check-ref/..%2F..%2Fetc%2Fpasswd", .code(404, "NOT_FOUND")),
            ("/v3/internet/check-ref/\(String(repeating: "%F0%9F%82%A1", count: 600))", .code(404, "NOT_FOUND")),
            ("/v3/internet/check-id/%00", .code(404, "NOT_FOUND")),
            ("/v3/internet/check-id/../../validate", .bare), ("/?%", .bare), ("/%", .bare),
            ("/v3/account/balance?" + String(repeating: "a=b&", count: 2000), .success),
        ]

        private enum Outcome {
            /// `ERR_VALIDATION` that names this field.
            case fault(String)
            case code(Int, String)
            /// A list of so many orders.
            case orders(Int)
            case success
            /// 404 in the form of what no route answers.
            case bare
        }

        private func expect(_ answer: RawAnswer, _ outcome: Outcome, _ target: String) {
            expectEveryAnswersHeaders(answer)
            let seen = "\(target.prefix(200)): \(answer.body.prefix(300))"
            switch outcome {
            case .fault(let field):
                #expect(answer.status == 400 && answer.code == "ERR_VALIDATION", "\(seen)")
                #expect(answer.error["details"]["field"].string == field, "\(seen)")
            case .code(let status, let code):
                #expect(answer.status == status && answer.code == code, "\(seen)")
            case .orders(let count):
                #expect(answer.status == 200 && answer.data["topups"].items.count == count, "\(seen)")
            case .success:
                #expect(answer.status == 200, "\(seen)")
            case .bare:
                #expect(answer.status == 404 && answer.json.keys == ["message", "error", "statusCode"], "\(seen)")
            }
        }

        @Test func `no bad body or target moves anything or breaks anything`() async throws {
            let reseller = try await shop.openReseller()
            let caller = reseller.sandbox
            let kept = try await caller.settled(try await caller.place(ref: "kept").id)
            let statement = try await caller.statement()
            for body in Self.bodies {
                let answer = try await caller.send(body)
                expectEveryAnswersHeaders(answer)
                let code = Self.misdialled.contains(body) ? "ERR_PHONE" : "ERR_VALIDATION"
                #expect(answer.status == 400 && answer.code == code, "\(body.prefix(200)): \(answer.body)")
            }
            for (target, outcome) in Self.targets { expect(try await caller.get(target), outcome, target) }
            #expect(try await caller.statement() == statement)
            #expect(try await caller.list() == [kept])
            #expect(try await caller.balance() == .dinars(99_050))
            _ = try await caller.place(ref: "'; DROP TABLE orders; --")
            #expect(try await caller.list().count == 2)
        }

        @Test(arguments: [
            "X-Access-Token: \u{e9}\u{e9}", "X-Access-Token: ' OR 1=1 --", "X-Access-Token: null",
            "X-Access-Token: a\r\nX-Access-Token: b", "X-Access-Token: \(String(repeating: "k", count: 8000))",
        ])
        func `a key that is none is an invalid key`(header: String) async throws {
            let answer = try await shop.caller(nil).get("/v3/validate", headers: [header])
            expectFailure(
                answer, 401, "INVALID_ACCESS_TOKEN", "The provided access token is invalid",
                details: .object(["attemptsLeft": 19]))
        }

        @Test func `what is echoed cannot leave its string, and a name cannot become a header`() async throws {
            let caller = try await shop.openReseller().sandbox
            for text in ["\"}],\"x\":[{\"", "\\", "\u{2028}\u{7f}", "</script>"] {
                let answer = try await caller.send(Order.body(text))
                #expect(answer.error["details"]["value"].string == text)
                let missing = try await caller.check(ref: encoded(text))
                #expect(missing.error["message"].string == "Top-up with reference '\(text)' not found")
            }
            let answer = try await caller.check(ref: "a%0D%0AX-Injected:%201")
            #expect(answer.status == 404 && answer["X-Injected"] == nil)
        }

        @Test func `many callers at once with good and bad requests leave the books clean`() async throws {
            try await LiveShop.run { shop in
                let callers = [try await shop.openReseller().sandbox, try await shop.openReseller().production]
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for index in 0..<200 {
                        let caller = callers[index % 2]
                        let body = index % 3 == 0 ? Self.bodies[index % Self.bodies.count] : Order.body(value: "500")
                        group.addTask { try await caller.send(body).status }
                    }
                    for try await status in group { #expect(status < 500) }
                }
                for caller in callers {
                    for order in try await caller.list() { _ = try await caller.settled(order["_id"].string ?? "") }
                    try StatementTests.expectChain(try await caller.statement())
                }
                #expect(try await Audit(database: shop.database, time: SystemTime()).run().isClean)
            }
        }
    }
}
