import Foundation
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: `check-id` and `check-ref`.
    @Suite struct CheckOrderTests {
        private static let always: Set<String> = [
            "_id", "ref", "status", "type", "number", "topup_amount", "created_at",
        ]

        private func expectOrder(
            _ order: JSON, _ status: String, adding keys: Set<String> = [],
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(order["status"].string == status, sourceLocation: sourceLocation)
            #expect(order.keys == Self.always.union(keys), sourceLocation: sourceLocation)
            #expect(isID(order["_id"]) && isTime(order["created_at"]), sourceLocation: sourceLocation)
        }

        @Test func `an order that is handled shows what was asked for and nothing else`() async throws {
            try await LiveShop.unhurried { shop, _ in
                let caller = try await shop.openReseller().sandbox
                let id = try await caller.place("4G", value: "2500", ref: "shown").id
                let order = try await caller.check(id: id).data
                expectOrder(order, "HANDLING")
                #expect(order["ref"] == "shown" && order["type"] == "4G" && order["number"] == "213472731602")
                #expect(order["topup_amount"] == 2500)
                #expect(try await caller.check(ref: "shown").data == order)
                #expect(try await caller.list() == [order])
                #expect(try await caller.check(id: id, "?wait=0").data == order)
            }
        }

        @Test func `a fulfilled order adds its card, all of it text`() async throws {
            let caller = try await shop.openReseller().sandbox
            let id = try await caller.place(ref: "card").id
            let order = try await caller.settled(id)
            expectOrder(order, "FULFILLED", adding: ["card_code", "num_trans", "date_traitement"])
            #expect(order["card_code"].string?.isEmpty == false)
            #expect(order["num_trans"].string?.isEmpty == false)
            #expect(isTime(order["date_traitement"]))
            #expect(try moment(order["date_traitement"]) >= moment(order["created_at"]))
            for _ in 0..<3 { #expect(try await caller.check(ref: "card").data == order) }
            #expect(try await caller.list() == [order])
        }

        @Test func `a code keeps its leading zeros, and a card without serial has the order's id`() async throws {
            try await LiveShop.run { shop in
                let caller = try await shop.openReseller().production
                try await shop.importCards("ADSL,2000,0000000000000042\nADSL,3000,00A-7,SERIAL-7\n")
                let plain = try await caller.place(value: "2000").id
                let order = try await caller.settled(plain)
                #expect(order["card_code"] == "0000000000000042" && order["num_trans"].string == plain)
                let serial = try await caller.settled(try await caller.place(value: "3000").id)
                #expect(serial["card_code"] == "00A-7" && serial["num_trans"] == "SERIAL-7")
            }
        }

        @Test func `a refunded order says why, in a word and for the end user in Arabic and French`() async throws {
            let caller = try await shop.openReseller().sandbox
            let id = try await caller.place(number: "000000001").id
            let order = try await caller.settled(id)
            expectOrder(order, "REFUNDED", adding: ["refund_message", "refund_reason"])
            #expect(order["refund_reason"] == "NUMBER_REJECTED")
            let message = order["refund_message"].string ?? ""
            #expect(message.unicodeScalars.contains { (0x600...0x6ff).contains($0.value) })
            #expect(message.contains("é"))
        }

        @Test func `a queued order says when it is done at the latest, and nothing of it after`() async throws {
            try await LiveShop.unhurried { shop, time in
                let caller = try await shop.openReseller().sandbox
                let id = try await caller.place(number: "000000002").id
                time.advance(by: .seconds(3600))
                let order = try await eventually {
                    let data = try await caller.check(id: id).data
                    return data["status"] == "HANDLING" ? nil : data
                }
                expectOrder(order, "QUEUED", adding: ["expected_by"])
                let latest = try moment(order["created_at"]).adding(.seconds(48 * 3600))
                #expect(try isTime(order["expected_by"]) && moment(order["expected_by"]) <= latest)
                time.advance(by: .seconds(10 * 3600))
                expectOrder(
                    try await caller.settled(id), "FULFILLED", adding: ["card_code", "num_trans", "date_traitement"])
            }
        }

        @Test func `a plus in the path is a plus, raw or escaped, and the full reference finds its order`() async throws
        {
            let reseller = try await shop.openReseller()
            let placed = try await reseller.sandbox.place(ref: "a+b")
            let username = reseller.username.dropFirst()
            for path in [
                "a+b", "a%2Bb", "a%2bb", "API-+\(username)-a+b", "API-%2B\(username)-a%2Bb", "API-%2B\(username)-a+b",
                "%41PI-+\(username)-a+b", "API-+\(username)-API-+\(username)-a+b",
            ] {
                let answer = try await reseller.sandbox.check(ref: path)
                #expect(answer.data["_id"].string == placed.id, "\(path): \(answer.body)")
                #expect(answer.data["ref"] == "a+b")
            }
            #expect(try await reseller.sandbox.check(ref: "a%20b").status == 404)
        }

        @Test func `a segment is decoded once, after splitting`() async throws {
            let caller = try await shop.openReseller().sandbox
            let slash = try await caller.place(value: "500", ref: "x/y").id
            let percent = try await caller.place(value: "500", ref: "x%2Fy").id
            let twice = try await caller.place(value: "500", ref: "x%252Fy").id
            #expect(try await caller.check(ref: "x%2Fy").data["_id"].string == slash)
            #expect(try await caller.check(ref: "x%2fy").data["_id"].string == slash)
            #expect(try await caller.check(ref: "x%252Fy").data["_id"].string == percent)
            #expect(try await caller.check(ref: "x%25252Fy").data["_id"].string == twice)
            #expect(try await caller.check(ref: "x/y").status == 404)
        }

        @Test(arguments: [
            "nope", "690161a3e9e88196b4eb6545", "%00", "%0A", "'%20OR%201=1%20--", "API-", "...", "%F0%9F%82%A1",
            "%C3%A9", "a?b=c", "*", "$ref", "~",
        ])
        func `an unknown reference is not found, and quoted as it was given`(segment: String) async throws {
            let answer = try await shop.openReseller().sandbox.check(ref: segment)
            expectFailure(answer, 404, "NOT_FOUND", details: .missing)
            let shown = segment.split(separator: "?")[0].removingPercentEncoding ?? ""
            #expect(answer.error["message"].string == "Top-up with reference '\(shown)' not found")
        }

        @Test(arguments: [
            "690161a3e9e88196b4eb6545", "690161A3E9E88196B4EB6545", "690161a3e9e88196b4eb654", "x", "1",
            "690161a3e9e88196b4eb65450", "690161a3e9e88196b4eb654g", "%00", "internet-order-001", "-1", "null",
        ])
        func `an unknown or malformed id is not found, never anything else`(segment: String) async throws {
            let answer = try await shop.openReseller().sandbox.check(id: segment)
            expectFailure(answer, 404, "NOT_FOUND", details: .missing)
            let shown = segment.removingPercentEncoding ?? ""
            #expect(answer.error["message"].string == "Top-up with ID '\(shown)' not found")
        }

        @Test func `an id in capitals is no id, and an id is no reference`() async throws {
            let caller = try await shop.openReseller().sandbox
            let placed = try await caller.place(ref: "own")
            if placed.id.uppercased() != placed.id {
                #expect(try await caller.check(id: placed.id.uppercased()).status == 404)
            }
            #expect(try await caller.check(ref: placed.id).status == 404)
            #expect(try await caller.check(id: "own").status == 404)
        }
    }
}
