import Foundation
import RasidTesting
import Testing

/// Looking orders up: what is another's, or the other environment's, is not there (contract §2).
@Suite struct SeparateLookUpTests {
    @Test func `check-id finds one's own order and nobody else's, with or without a wait`() async throws {
        try await FourViews.run { views in
            let orders = try await views.sellToAll("order")
            for view in views.all {
                for (name, order) in orders {
                    for wait in ["", "?wait=60"] {
                        let answer = try await view.caller.get("/v3/internet/check-id/\(order.topupId)\(wait)")
                        if name == view.name {
                            #expect(answer.data["_id"].string == order.topupId)
                        } else {
                            #expect(answer.status == 404 && answer.code == "NOT_FOUND", "\(view.name) sees \(name)")
                            #expect(!answer.body.contains("FULFILLED") && !answer.body.contains("card_code"))
                        }
                    }
                }
            }
        }
    }

    @Test func `check-ref finds one's own order by ref and topupRef, and nobody else's`() async throws {
        try await FourViews.run { views in
            for view in views.all {
                let order = try await view.caller.buy(Sale(value: 500, ref: "only-\(view.name)"))
                for other in views.all {
                    for ref in ["only-\(view.name)", order.topupRef, "API-\(other.username)-only-\(view.name)"] {
                        for wait in ["", "?wait=60"] {
                            let path = ref.replacingOccurrences(of: "+", with: "%2B")
                            let answer = try await other.caller.get("/v3/internet/check-ref/\(path)\(wait)")
                            #expect(
                                (answer.status == 200) == (other.name == view.name),
                                "\(other.name) looks for \(ref)")
                            if answer.status != 200 { #expect(answer.code == "NOT_FOUND") }
                        }
                    }
                }
            }
        }
    }

    @Test func `the same reference leads each to its own order`() async throws {
        try await FourViews.run { views in
            let orders = try await views.sellToAll("shared")
            for view in views.all {
                let topup: Topup = try await view.caller.get("/v3/internet/check-ref/shared?wait=30").decoded()
                #expect(topup._id == orders[view.name]?.topupId, "\(view.name)")
            }
        }
    }

    @Test func `the list has one's own orders, whatever it is filtered by`() async throws {
        try await FourViews.run { views in
            let orders = try await views.sellToAll("listed")
            for view in views.all {
                _ = try await view.caller.finished(try #require(orders[view.name]))
            }
            let day = Date.now.formatted(.iso8601.year().month().day())
            let filters = [
                "", "status=FULFILLED", "type=ADSL", "number=036362608", "q=listed", "q=036362608", "from=\(day)",
                "to=2999-01-01", "from=2020-01-01&to=2999-01-01",
                "status=FULFILLED&type=ADSL&number=036362608&q=listed",
                "status=NOT-A-WORD",
            ]
            for view in views.all {
                for filter in filters {
                    let page: TopupPage = try await view.caller.get("/v3/internet/list?\(filter)").decoded()
                    #expect(page.items.map(\._id) == [orders[view.name]?.topupId], "\(view.name) \(filter)")
                    #expect(page.pagination.totalResults == 1)
                }
                for filter in ["status=REFUNDED", "status=QUEUED", "status=HANDLING", "type=4G", "number=036362609"] {
                    let page: TopupPage = try await view.caller.get("/v3/internet/list?\(filter)").decoded()
                    #expect(page.items.isEmpty && page.pagination.totalResults == 0, "\(view.name) \(filter)")
                }
            }
        }
    }

    @Test func `the list's search finds nobody else's ref, topupRef or id`() async throws {
        try await FourViews.run { views in
            for view in views.all {
                let order = try await view.caller.buy(Sale(value: 500, ref: "sought-\(view.name)"))
                for other in views.all {
                    for word in ["sought-\(view.name)", order.topupRef, order.topupId] {
                        let query = word.replacingOccurrences(of: "+", with: "%2B")
                        let page: TopupPage = try await other.caller.get("/v3/internet/list?q=\(query)").decoded()
                        #expect(page.items.count == (other.name == view.name ? 1 : 0), "\(other.name): \(word)")
                        #expect(page.pagination.totalResults == page.items.count)
                    }
                }
            }
        }
    }

    @Test func `a wait for another's order is not held`() async throws {
        try await LiveShop.run(operatorDelay: .seconds(30)) { live in
            let owner = try await live.openReseller()
            let other = try await live.openReseller()
            let order = try await owner.sandbox.buy(Sale())
            let clock = ContinuousClock()
            let started = clock.now
            for caller in [owner.production, other.sandbox, other.production] {
                let answer = try await caller.get("/v3/internet/check-id/\(order.topupId)?wait=60")
                #expect(answer.status == 404)
            }
            #expect(clock.now - started < .seconds(20))
            #expect(try await owner.sandbox.find(order).status == "HANDLING")
        }
    }
}
