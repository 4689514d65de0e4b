import RasidAccounts
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct AccountTests {
    @Test func `validate shows what the key may do`() async throws {
        try await TestShop.run { shop in
            let plain = try await shop.get("/v3/validate")
            #expect(
                plain.body
                    == #"{"success":true,"data":{"username":"+213665983439","apiKey":{"key":"\#(shop.sandboxKey)","#
                    + #""isEnabled":true,"type":"SANDBOX","allowedips":[],"scope":"READ-WRITE"}}}"#)
            let blocks = ["127.0.0.1", "10.0.0.0/8"].compactMap { AddressBlock($0) }
            let strict = try shop.key(
                KeySettings(environment: .production, isReadOnly: true, allowedAddresses: blocks, rateLimit: .off))
            let answer = try await shop.get("/v3/validate", key: strict)
            #expect(
                answer.body.hasSuffix(
                    #""type":"PRODUCTION","allowedips":["127.0.0.1","10.0.0.0/8"],"scope":"READ-ONLY"}}}"#))
        }
    }

    @Test func `the balance is what can be spent`() async throws {
        try await TestShop.run { shop in
            #expect(try await shop.get("/v3/account/balance").body.contains(#""data":{"balance":10000}"#))
            _ = try await shop.place()
            #expect(try await shop.get("/v3/account/balance").body.contains(#""data":{"balance":9525}"#))
        }
    }

    @Test func `the statement has every line with all its fields, newest first`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place()
            let answer = try await shop.get("/v3/account/transactions")
            #expect(
                answer.masked
                    == #"{"success":true,"data":{"items":["#
                    + #"{"_id":"ID","type":"ADSL","operation":"DECREMENT","amount":475,"oldBalance":10000,"#
                    + #""newBalance":9525,"objid":"ID","note":"","time":"TIME"},"#
                    + #"{"_id":"ID","type":"DEPOSIT","operation":"INCREMENT","amount":10000,"oldBalance":0,"#
                    + #""newBalance":10000,"objid":"ID","note":"","time":"TIME"}],"#
                    + #""pagination":{"page":1,"pageSize":20,"totalPages":1,"totalResults":2}},"#
                    + #""meta":{"timestamp":"TIME"}}"#)
            #expect(answer.text("objid") == id)
        }
    }

    @Test func `ping answers without a key and says what is down`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.ask("GET", "/v3/ping", key: nil)
            #expect(
                answer.masked
                    == #"{"success":true,"data":{"api":"ok","operators":{"adsl":"up","4g":"down","mobilis":"down","#
                    + #""ooredoo":"down","djezzy":"down","mobilisFixedPlans":"down"}},"meta":{"timestamp":"TIME"}}"#)
            shop.readiness.become(.unready(reasons: ["the store is full"]))
            let down = try await shop.ask("GET", "/v3/ping", key: "nonsense")
            #expect(down.status == 200)
            #expect(down.body.contains(#""api":"error""#))
        }
    }

    @Test func `health says whether it lives and whether it can sell`() async throws {
        try await TestShop.run { shop in
            #expect(try await shop.ask("GET", "/health/live", key: nil).body == #"{"status":"live"}"#)
            #expect(try await shop.ask("GET", "/health/ready", key: nil).body == #"{"status":"ready"}"#)
            shop.readiness.become(.unready(reasons: ["the store is full"]))
            let answer = try await shop.ask("GET", "/health/ready", key: nil)
            #expect(answer.status == 503)
            #expect(answer.body == #"{"status":"unready","reasons":["the store is full"]}"#)
            #expect(try await shop.ask("GET", "/health/live", key: nil).status == 200)
        }
    }

    @Test func `products are shown ascending, with this account's price`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.get("/v3/internet/products?type=ADSL", key: shop.productionKey)
            #expect(
                answer.body.hasPrefix(
                    #"{"success":true,"data":{"products":[{"cost":475,"value":500,"available":true},"#
                        + #"{"cost":950,"value":1000,"available":false}],"type":"ADSL"},"meta":"#))
            for query in ["", "?type=", "?type=adsl", "?type=ADSL&type=ADSL"] {
                let refused = try await shop.get("/v3/internet/products\(query)")
                #expect(refused.status == 400)
                #expect(refused.text("field") == "type")
            }
        }
    }

    @Test func `a number is checked with the operator, and its form before that`() async throws {
        try await TestShop.run { shop in
            func check(_ query: String) async throws -> RawAnswer {
                try await shop.get("/v3/internet/check-number?\(query)")
            }
            let adsl = try await check("type=ADSL&number=036362608")
            #expect(adsl.body.contains(#""data":{"ncli":"11022*****","offre":"FTTc-b_10M'","type":"ADSL"}"#))
            let fourG = try await check("type=4G&number=213472731602")
            #expect(fourG.body.contains(#""data":{"ncli":"11034*****","type":"4GLTE"}"#))
            let unknown = try await check("type=ADSL&number=031417237")
            #expect(unknown.body.contains(#""data":{"ncli":"*****","type":"ADSL"}"#))
            let nobody = try await check("type=ADSL&number=000000007")
            #expect(nobody.code == "ERR_PHONE")
            for number in ["+213665983439", "%2B213665983439"] {
                let foreign = try await check("type=ADSL&number=\(number)")
                #expect(foreign.status == 400)
                #expect(foreign.text("number") == "+213665983439")
                #expect(foreign.text("reason")?.contains("international form") == true)
            }
            let missing = try await check("number=036362608")
            #expect(missing.text("message") == "querystring must have required property 'type'")
            #expect(try await check("type=ADSL").code == "ERR_VALIDATION")
            #expect(try await check("type=ADSL&number=").code == "ERR_PHONE")
        }
    }
}
