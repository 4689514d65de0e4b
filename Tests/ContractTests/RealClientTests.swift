import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §5: what clients that were written for the original do, seen in their code.
    @Suite struct RealClientTests {
        @Test func `a client that polls at once and then again finds its order by every name`() async throws {
            let reseller = try await shop.openReseller()
            let caller = reseller.sandbox
            let placed = try await caller.place(ref: "INT-2026-01-15T10:00:00.000Z-1")
            let json = ["Content-Type: application/json"]
            let names = [
                "INT-2026-01-15T10:00:00.000Z-1", placed.topupRef, placed.topupRef.replacing("+", with: "%2B"),
                encoded(placed.topupRef),
            ]
            _ = try await eventually {
                var isFinal = false
                for name in names {
                    let answer = try await caller.get("/v3/internet/check-ref/\(name)", headers: json)
                    expectSuccess(answer)
                    #expect(answer.data["_id"].string == placed.id)
                    isFinal = answer.data["status"] == "FULFILLED"
                }
                return isFinal ? true : nil
            }
            #expect(try await caller.check(id: placed.id).data["card_code"].string?.isEmpty == false)
        }

        @Test func `a client that repeats its body as query parameters is understood`() async throws {
            let caller = try await shop.openReseller().sandbox
            let placed = try await caller.place(ref: "repeated")
            let query = "type=ADSL&number=036362608&value=1000&ref=repeated"
            for path in [
                "/v3/internet/check-ref/repeated", "/v3/internet/check-id/\(placed.id)", "/v3/internet/products",
                "/v3/internet/check-number", "/v3/account/balance", "/v3/validate", "/v3/internet/list",
                "/v3/account/transactions",
            ] {
                let headers = ["Content-Type: application/json", "Content-Length: 0"]
                #expect(try await caller.get("\(path)?\(query)", headers: headers).status == 200, "\(path)")
            }
            #expect(try await caller.list("?\(query)").count == 1)
        }

        @Test func `a client that sends again after a lost answer is told what it has`() async throws {
            let caller = try await shop.openReseller().sandbox
            let body = Order.body(ref: "lost")
            try await caller.open { talk in
                // It hangs up before the answer has come.
                try await talk.send(caller.request("POST", Caller.sendPath, body: body))
            }
            var answers: [RawAnswer] = []
            for _ in 0..<3 { answers.append(try await caller.send(body)) }
            #expect(answers.dropFirst().allSatisfy { $0.code == "DUPLICATED_REF" })
            let last = try #require(answers.last).error["details"]
            let order = try await caller.check(ref: "lost").data
            #expect(last["topupId"] == order["_id"])
            #expect(try await caller.list().count == 1)
            #expect(try await caller.balance() == .dinars(99_050))
        }

        @Test func `a client that sends the full reference as its ref buys nothing twice`() async throws {
            let caller = try await shop.openReseller().sandbox
            let placed = try await caller.place(ref: "once")
            let again = try await caller.send(Order.body(ref: placed.topupRef))
            expectFailure(again, 403, "DUPLICATED_REF")
            #expect(again.error["details"]["topupId"].string == placed.id)
        }

        @Test func `every status has a body that a client can parse without looking`() async throws {
            let reseller = try await shop.openReseller()
            for answer in [
                try await reseller.sandbox.get("/v3/nope"), try await reseller.sandbox.get("/v3/internet/products"),
                try await shop.caller(nil).get("/v3/validate"), try await reseller.sandbox.check(ref: "nope"),
                try await reseller.sandbox.ask("PUT", "/v3/validate"), try await reseller.sandbox.send("x"),
            ] {
                #expect(answer.json != .missing)
                // Some read `message` at the top, some in `error`.
                let message = answer.json["message"].string ?? answer.error["message"].string
                #expect(message?.isEmpty == false)
            }
        }

        @Test func `the only status words are the four documented ones`() async throws {
            let caller = try await shop.openReseller().sandbox
            for number in 0...6 { _ = try await caller.place(number: "00000000\(number)", value: "500") }
            let words: Set<String?> = ["HANDLING", "FULFILLED", "REFUNDED", "QUEUED"]
            _ = try await eventually {
                let statuses = Set(try await caller.list().map { $0["status"].string })
                #expect(statuses.isSubset(of: words))
                return statuses.isSubset(of: ["FULFILLED", "REFUNDED"]) ? true : nil
            }
        }
    }
}
