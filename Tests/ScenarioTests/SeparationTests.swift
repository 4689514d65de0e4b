import Foundation
import RasidBase
import RasidTesting
import Testing

/// Two accounts and two environments are four shops that never see one another (contract §2, §3).
@Suite struct SeparationTests {
    @Test func `validate tells each key its own account and environment`() async throws {
        try await FourViews.run { views in
            for view in views.all {
                let data = try await view.caller.get("/v3/validate").data
                #expect(data["username"].string == view.username)
                #expect(data["apiKey"]["type"].string == view.environment)
                #expect(data["apiKey"]["key"].string == view.caller.key)
            }
        }
    }

    @Test func `a sale moves one balance and none of the others`() async throws {
        try await FourViews.run { views in
            for view in views.all {
                let before = try await views.balances()
                _ = try await view.caller.finished(try await view.caller.buy(Sale(value: 500)))
                var expected = before
                expected[view.name]? -= 475
                #expect(try await views.balances() == expected, "\(view.name)")
            }
        }
    }

    @Test func `transactions are one's own and chain from zero to the balance`() async throws {
        try await FourViews.run { views in
            let orders = try await views.sellToAll("order")
            for view in views.all {
                for range in ["", "from=2020-01-01", "to=2999-01-01", "from=2020-01-01&to=2999-01-01"] {
                    let answer = try await view.caller.get("/v3/account/transactions?pageSize=100&\(range)")
                    let page = try answer.decoded(StatementPage.self)
                    #expect(page.pagination.totalResults == page.items.count)
                    #expect(page.items.map(\.type) == ["ADSL", "DEPOSIT"], "\(view.name) \(range)")
                    #expect(page.items.first?.objid == orders[view.name]?.topupId)
                    #expect(page.items.last?.oldBalance == 0)
                    #expect(page.items.first?.oldBalance == page.items.last?.newBalance)
                    #expect(try await view.caller.balance() == page.items.first?.newBalance)
                }
            }
        }
    }

    @Test func `an account's own price is nobody else's, and stock is not the other environment's`() async throws {
        try await FourViews.run { views in
            try await views.live.price(.adsl, .dinars(1000), cost: .dinars(900), for: views.first.account)
            for view in views.all {
                let lines = try await view.caller.get("/v3/internet/products?type=ADSL").decoded(ProductsAnswer.self)
                let line = try #require(lines.products.first { $0.value == 1000 })
                #expect(line.cost == (view.username == views.first.username ? 900 : 950), "\(view.name)")
                // 2000 has no cards in production; the sandbox makes its own.
                let other = try #require(lines.products.first { $0.value == 2000 })
                #expect(other.available == (view.environment == "SANDBOX"), "\(view.name)")
                let before = try await view.caller.balance()
                _ = try await view.caller.buy(Sale())
                #expect(try await view.caller.balance() == before - line.cost, "\(view.name)")
            }
        }
    }

    @Test func `cards of production are sold to no sandbox and to no two accounts`() async throws {
        try await FourViews.run { views in
            var codes: [String] = []
            for round in 0..<10 {
                for (name, order) in try await views.sellToAll("round-\(round)") {
                    let view = try #require(views.all.first { $0.name == name })
                    let topup = try await view.caller.finished(order)
                    #expect(topup.status == "FULFILLED")
                    let code = try #require(topup.card_code)
                    #expect((view.environment == "PRODUCTION") == code.hasPrefix("0077777"), "\(name): \(code)")
                    codes.append(code)
                }
            }
            #expect(Set(codes).count == 40)
            // 20 of 50 are gone: the sandbox took none of them.
            let buyer = views.first.production
            try await views.live.deposit(.dinars(100_000), to: views.first.account, .production)
            for index in 0..<30 { _ = try await buyer.buy(Sale(ref: "rest-\(index)")) }
            #expect(try await buyer.send(Sale()).code == "ERR_STOCK")
            #expect(try await views.first.sandbox.send(Sale()).status == 200)
        }
    }

    @Test func `one reference is free for each, and taken only where it was used`() async throws {
        try await FourViews.run { views in
            let orders = try await views.sellToAll("the-same-ref")
            #expect(Set(orders.values.map(\.topupId)).count == 4)
            for view in views.all {
                let refused = try await view.caller.send(Sale(ref: "the-same-ref"))
                #expect(refused.code == "DUPLICATED_REF")
                #expect(refused.error["details"]["topupId"].string == orders[view.name]?.topupId, "\(view.name)")
            }
            // Another's topupRef is a text like any other.
            let foreign = "API-\(views.second.username)-the-same-ref"
            #expect(try await views.first.production.send(Sale(ref: foreign)).status == 200)
        }
    }

    @Test func `one idempotency key is one order for each, whatever the others sent with it`() async throws {
        try await FourViews.run { views in
            var ids: Set<String> = []
            for (index, view) in views.all.enumerated() {
                // Every body is another one: none of them is a mismatch for anybody else.
                let sale = Sale(value: index.isMultiple(of: 2) ? 500 : 1000, ref: "r\(index)", idempotencyKey: "key")
                let first = try await view.caller.send(sale)
                let again = try await view.caller.send(sale)
                #expect(first.status == 200 && first["idempotency-hit"] == nil, "\(view.name)")
                #expect(again["idempotency-hit"] == "true" && again.data == first.data)
                ids.insert(first.data["topupId"].string ?? "")
            }
            #expect(ids.count == 4)
        }
    }
}
