import RasidAccounts
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct CheckOrderTests {
    @Test func `an order is found by its id, its reference and its full reference`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(reference: "a/b c+d")
            for target in [
                "check-id/\(id)", "check-ref/a%2Fb%20c+d", "check-ref/a%2Fb%20c%2Bd",
                "check-ref/API-+213665983439-a%2Fb%20c+d", "check-ref/API-%2B213665983439-a%2fb%20c%2bd",
                "check-ref/a%2Fb%20c+d?type=ADSL&number=036362608&value=500&value=500",
            ] {
                let answer = try await shop.get("/v3/internet/\(target)")
                #expect(
                    answer.masked
                        == #"{"success":true,"data":{"_id":"ID","ref":"a/b c+d","status":"HANDLING","type":"ADSL","#
                        + #""number":"036362608","topup_amount":500,"created_at":"TIME"},"meta":{"timestamp":"TIME"}}"#,
                    "\(target)")
                #expect(answer.text("_id") == id)
            }
        }
    }

    @Test func `what is not there is 404 in the contract's words`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(key: shop.productionKey)
            let long = String(repeating: "x", count: 3000)
            for (target, message) in [
                ("check-id/nope", "Top-up with ID 'nope' not found"),
                ("check-id/690161a3e9e88196b4eb6545", "Top-up with ID '690161a3e9e88196b4eb6545' not found"),
                ("check-id/\(id)", "Top-up with ID '\(id)' not found"),
                ("check-ref/nope", "Top-up with reference 'nope' not found"),
                ("check-ref/API-+213665983439-x", "Top-up with reference 'x' not found"),
                ("check-ref/%27%20OR%201=1--", "Top-up with reference '' OR 1=1--' not found"),
                ("check-ref/\(long)", "Top-up with reference '\(long)' not found"),
                ("check-ref/%00%1F", #"Top-up with reference '\u0000\u001f' not found"#),
            ] {
                let answer = try await shop.get("/v3/internet/\(target)")
                #expect(answer.status == 404)
                #expect(answer.code == "NOT_FOUND")
                #expect(answer.text("message") == message)
            }
        }
    }

    @Test func `a delivered order shows its code, and a masking key its end`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(key: shop.productionKey)
            try shop.deliver()
            let open = try await shop.get("/v3/internet/check-id/\(id)", key: shop.productionKey)
            #expect(open.text("status") == "FULFILLED")
            #expect(Goods.codes.contains(try #require(open.text("card_code"))))
            #expect(open.text("num_trans") == id)
            #expect(open.text("date_traitement")?.hasSuffix("Z") == true)
            let masking = try shop.key(KeySettings(environment: .production, masksCodes: true, rateLimit: .off))
            let masked = try await shop.get("/v3/internet/check-id/\(id)", key: masking)
            #expect(masked.text("card_code") == "************" + (open.text("card_code")?.suffix(4) ?? ""))
        }
    }

    @Test(arguments: ["", "-1", "61", "1.5", "abc", "1e1", "+5", "99999999999999999999"])
    func `a wait that is no whole number of seconds up to 60 is refused`(wait: String) async throws {
        try await TestShop.run { shop in
            let answer = try await shop.get("/v3/internet/check-ref/x?wait=\(wait)")
            #expect(answer.status == 400)
            #expect(answer.code == "ERR_VALIDATION")
            #expect(answer.text("field") == "wait")
        }
    }

    @Test func `a wait that is given twice is refused`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.get("/v3/internet/check-ref/x?wait=1&wait=1")
            #expect(answer.text("message") == "querystring/wait must NOT be given twice")
        }
    }

    @Test func `a wait is answered at once when the order is settled`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(key: shop.productionKey)
            async let answer = shop.get("/v3/internet/check-id/\(id)?wait=30", key: shop.productionKey)
            try await Task.sleep(for: .milliseconds(200))
            let clock = ContinuousClock()
            let start = clock.now
            try shop.deliver()
            #expect(try await answer.text("status") == "FULFILLED")
            #expect(clock.now - start < .seconds(5))
        }
    }

    @Test func `a wait that is over is answered as things stand`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place()
            let clock = ContinuousClock()
            let start = clock.now
            let answer = try await shop.get("/v3/internet/check-id/\(id)?wait=1")
            #expect(answer.text("status") == "HANDLING")
            #expect(clock.now - start >= .milliseconds(950))
        }
    }

    @Test func `a wait ends when its client hangs up, and the connection of one that was answered goes on`()
        async throws
    {
        try await TestShop.run { shop in
            let id = try await shop.place()
            let text = TestShop.text(
                "GET", "/v3/internet/check-id/\(id)?wait=60", key: shop.sandboxKey, body: nil, headers: [])
            try await RawConnection.open(shop.port) { talk in
                try await talk.send(text)
                try await Task.sleep(for: .milliseconds(200))
                try await talk.finishSending()
                #expect(await talk.answer()?.text("status") == "HANDLING")
            }
            try await RawConnection.open(shop.port) { talk in
                for _ in 0..<3 {
                    try await talk.send(text.replacing("wait=60", with: "wait=1"))
                    #expect(await talk.answer()?.status == 200)
                }
            }
        }
    }
}
