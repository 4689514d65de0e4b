import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: `GET /v3/internet/products`.
    @Suite struct CatalogueTests {
        private static let path = "/v3/internet/products"

        @Test func `values come ascending with this account's cost`() async throws {
            let answer = try await shop.openReseller().sandbox.get("\(Self.path)?type=ADSL")
            expectSuccess(answer)
            #expect(
                answer.body.contains(
                    """
                    "data":{"products":[{"cost":475,"value":500,"available":true},\
                    {"cost":950,"value":1000,"available":true},{"cost":1900,"value":2000,"available":true},\
                    {"cost":2850,"value":3000,"available":true}],"type":"ADSL"}
                    """))
            let other = try await shop.openReseller().sandbox.get("\(Self.path)?type=4G").data
            #expect(other["type"] == "4G")
            #expect(other["products"].items.map { $0["value"] } == [500, 1000, 1500, 2000, 2500, 3500])
            #expect(other["products"][5]["cost"].money == Money(centimes: 332_500))
        }

        @Test func `production lists what is out of stock as not available`() async throws {
            let products = try await shop.openReseller().production.get("\(Self.path)?type=ADSL").data["products"]
            #expect(products.items.map { $0["value"] } == [500, 1000, 2000, 3000])
            #expect(products.items.map { $0["available"] } == [true, true, false, false])
        }

        @Test func `a price list of its own changes what an account pays, and no other's`() async throws {
            let reseller = try await shop.openReseller(production: .dinars(500))
            try await shop.price(.adsl, .dinars(500), cost: Money(centimes: 46_025), for: reseller.account)
            let answer = try await reseller.production.get("\(Self.path)?type=ADSL")
            #expect(answer.body.contains(#"{"cost":460.25,"value":500,"available":true}"#), "\(answer.body)")
            _ = try await reseller.production.place(value: "500")
            #expect(try await reseller.production.get("/v3/account/balance").body.contains(#"{"balance":39.75}"#))
            let poor = try await reseller.production.send(Order.body(value: "500"))
            #expect(poor.body.contains(#""details":{"required":460.25,"available":39.75}"#), "\(poor.body)")
            let other = try await shop.openReseller().production.get("\(Self.path)?type=ADSL")
            #expect(other.data["products"][0]["cost"] == 475)
        }

        @Test(arguments: ["", "?type=", "?type=adsl", "?type=5G", "?type=ADSL%20", "?type=ADSL,4G", "?Type=ADSL"])
        func `a type that is missing or unknown is refused in Fastify's words`(query: String) async throws {
            let answer = try await shop.openReseller().sandbox.get(Self.path + query)
            let isMissing = !query.hasPrefix("?type")
            expectFaults(
                answer, ["type"],
                isMissing
                    ? "querystring must have required property 'type'"
                    : "querystring/type must be equal to one of the allowed values")
        }

        @Test func `a withdrawn value stays listed, not available, and is told out of stock`() async throws {
            try await LiveShop.run { shop in
                let reseller = try await shop.openReseller(production: .dinars(100))
                try await shop.database.write { try Products.withdraw(.adsl, .dinars(1000), in: $0) }
                for caller in [reseller.sandbox, reseller.production] {
                    let products = try await caller.get("\(Self.path)?type=ADSL").data["products"]
                    #expect(products[1] == .object(["cost": 950, "value": 1000, "available": false]))
                    expectFailure(
                        try await caller.send(Order.body()), 403, "ERR_STOCK",
                        details: .object(["type": "ADSL", "value": 1000]))
                    #expect(try await caller.list().isEmpty)
                }
            }
        }

        @Test func `the last card is sold once, and then the value is out of stock`() async throws {
            try await LiveShop.run { shop in
                let caller = try await shop.openReseller(production: .dinars(100_000)).production
                try await shop.importCards("4G,1500,0012345678901234,LAST-1\n")
                let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                    for _ in 0..<8 { group.addTask { try await caller.send(Order.body("4G", value: "1500")) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.count { $0.status == 200 } == 1)
                for answer in answers where answer.status != 200 {
                    expectFailure(
                        answer, 403, "ERR_STOCK", details: .object(["type": "4G", "value": 1500]))
                }
                let id = try #require(answers.first { $0.status == 200 }?.data["topupId"].string)
                #expect(try await caller.settled(id)["card_code"] == "0012345678901234")
                #expect(try await caller.balance() == Money(centimes: 9_857_500))
                let products = try await caller.get("\(Self.path)?type=4G").data["products"]
                #expect(products[2]["available"] == false)
            }
        }
    }
}
