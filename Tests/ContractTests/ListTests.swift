import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: `GET /v3/internet/list`.
    @Suite struct ListTests {
        private static let path = "/v3/internet/list"

        @Test func `an empty list has both documented shapes`() async throws {
            let answer = try await shop.openReseller().sandbox.get(Self.path)
            expectSuccess(answer)
            #expect(
                answer.data
                    == .object([
                        "topups": .array([]), "items": .array([]),
                        "pagination": .object(["page": 1, "pageSize": 20, "totalPages": 0, "totalResults": 0]),
                    ]))
            #expect(answer.json["meta"].keys == ["timestamp", "pagination"])
            #expect(
                answer.json["meta"]["pagination"]
                    == .object(["currentPage": 1, "totalPages": 0, "totalItems": 0, "hasNextPage": false]))
        }

        @Test func `orders come newest first, in both shapes, as check-id shows them`() async throws {
            let caller = try await shop.openReseller().sandbox
            var ids: [String] = []
            for index in 0..<5 {
                ids.insert(try await caller.place(index % 2 == 0 ? "ADSL" : "4G", value: "500").id, at: 0)
            }
            for id in ids { _ = try await caller.settled(id) }
            let answer = try await caller.get("\(Self.path)?pageSize=2")
            #expect(answer.data["topups"] == answer.data["items"])
            #expect(answer.data["topups"].items.compactMap { $0["_id"].string } == Array(ids.prefix(2)))
            #expect(
                answer.json["meta"]["pagination"]
                    == .object(["currentPage": 1, "totalPages": 3, "totalItems": 5, "hasNextPage": true]))
            let last = try await caller.get("\(Self.path)?pageSize=2&page=3").json["meta"]["pagination"]
            #expect(last == .object(["currentPage": 3, "totalPages": 3, "totalItems": 5, "hasNextPage": false]))
            let past = try await caller.get("\(Self.path)?pageSize=2&page=9").json["meta"]["pagination"]
            #expect(past["hasNextPage"] == false && past["currentPage"] == 9)
            for order in try await caller.list() {
                #expect(try await caller.check(id: order["_id"].string ?? "").data == order)
            }
        }

        /// Three orders that have come to different ends, and how to find each.
        private struct Mixed {
            let caller: Caller
            let username: String
            let fulfilled: String
            let refunded: String
            let wireless: String
        }

        private func mixed() async throws -> Mixed {
            let reseller = try await shop.openReseller()
            let caller = reseller.sandbox
            let mixed = Mixed(
                caller: caller, username: reseller.username,
                fulfilled: try await caller.place(ref: "one").id,
                refunded: try await caller.place(number: "000000001", ref: "two").id,
                wireless: try await caller.place("4G", ref: "a+b / é").id)
            for id in [mixed.fulfilled, mixed.refunded, mixed.wireless] { _ = try await caller.settled(id) }
            return mixed
        }

        private func expect(
            _ mixed: Mixed, _ query: String, _ ids: [String], sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let answer = try await mixed.caller.get("\(Self.path)?\(query)")
            expectSuccess(answer, sourceLocation: sourceLocation)
            let found = answer.data["topups"].items.compactMap { $0["_id"].string }
            #expect(found == ids, "\(query)", sourceLocation: sourceLocation)
            #expect(answer.data["pagination"]["totalResults"].int == ids.count, sourceLocation: sourceLocation)
            #expect(answer.json["meta"]["pagination"]["totalItems"].int == ids.count, sourceLocation: sourceLocation)
        }

        @Test func `the list can be filtered by status, type, number and an exact search`() async throws {
            let mixed = try await mixed()
            let (one, two, three) = (mixed.fulfilled, mixed.refunded, mixed.wireless)
            try await expect(mixed, "status=FULFILLED", [three, one])
            try await expect(mixed, "status=REFUNDED", [two])
            try await expect(mixed, "status=HANDLING", [])
            try await expect(mixed, "status=QUEUED", [])
            try await expect(mixed, "type=4G", [three])
            try await expect(mixed, "type=ADSL&status=FULFILLED", [one])
            try await expect(mixed, "number=000000001", [two])
            try await expect(mixed, "number=036362609", [])
            try await expect(mixed, "q=one", [one])
            try await expect(mixed, "q=on", [])
            try await expect(mixed, "q=ONE", [])
            try await expect(mixed, "q=\(two)", [two])
            try await expect(mixed, "q=213472731602", [three])
            try await expect(mixed, "q=a%2Bb+%2F+%C3%A9", [three])
            try await expect(mixed, "q=\(encoded("API-\(mixed.username)-two"))", [two])
            try await expect(mixed, "q=two&status=FULFILLED", [])
            try await expect(mixed, "q=%25", [])
            try await expect(mixed, "q=_wo", [])
            try await expect(mixed, "from=2020-01-01&type=ADSL&pageSize=100", [two, one])
        }

        @Test(arguments: [
            "status=DONE", "status=fulfilled", "status=", "type=5G", "type=adsl", "number=", "number=abc",
            "number=036%20362%20608", "q=", "status=DONE&type=5G&number=x", "sort=asc", "limit=1",
        ])
        func `a filter whose value is none of its words is ignored`(query: String) async throws {
            let mixed = try await mixed()
            try await expect(mixed, query, [mixed.wireless, mixed.refunded, mixed.fulfilled])
        }

        @Test func `an open order is listed under the word it is shown with`() async throws {
            try await LiveShop.unhurried { shop, _ in
                let caller = try await shop.openReseller().sandbox
                let id = try await caller.place().id
                for (status, count) in [("HANDLING", 1), ("QUEUED", 0), ("FULFILLED", 0), ("REFUNDED", 0)] {
                    #expect(try await caller.list("?status=\(status)").count == count)
                }
                #expect(try await caller.list("?status=HANDLING&q=\(id)&type=ADSL").count == 1)
            }
        }

        @Test func `filtered pages follow one another`() async throws {
            let caller = try await shop.openReseller().sandbox
            for index in 0..<7 { _ = try await caller.place(index == 3 ? "4G" : "ADSL", value: "500") }
            var seen: [JSON] = []
            for page in 1...4 {
                let answer = try await caller.get("\(Self.path)?type=ADSL&pageSize=2&page=\(page)")
                #expect(answer.data["pagination"]["totalResults"] == 6 && answer.data["pagination"]["totalPages"] == 3)
                #expect(answer.json["meta"]["pagination"]["hasNextPage"] == (page < 3 ? true : false))
                seen += answer.data["items"].items.map { $0["_id"] }
            }
            let whole = try await caller.list("?type=ADSL").map { $0["_id"] }
            #expect(seen == whole)
        }
    }
}
