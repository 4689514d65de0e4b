import Foundation
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: an order's reference, from the send to its look-up.
    @Suite struct ReferenceTests {
        static let texts = [
            "internet-order-001", "0b9c1e8a-6c1f-4e6e-9c55-1f2a3b4c5d6e", "2026-01-15T10:00:00.000Z",
            "INT-20260115-0001",
            "a", " ", " a ", "a b", "a+b", "a%2Bb", "a/b", "/", "//", "a?b=c&d", "a#b", ".", "..", "a\\b", "\"quoted\"",
            "'; DROP TABLE orders; --", "1' OR '1'='1", "null", "<b>x</b>", "${x}{{y}}", "API-", "API--x",
            "بطاقة رقم ١",
            "Réf n°1", "卡", "𝄞🂡👨‍👩‍👧‍👦", "\u{10FFFF}", "\u{2028}\u{202E}\u{FEFF}", String(repeating: "x", count: 100),
            String(repeating: "🂡", count: 100), "e\u{301}", "\u{e9}", "690161a3e9e88196b4eb6545", "036362608",
        ]

        @Test(arguments: texts)
        func `any text is a ref, comes back byte for byte and finds its order`(ref: String) async throws {
            let reseller = try await shop.openReseller()
            let caller = reseller.sandbox
            let placed = try await caller.place(ref: ref)
            #expect(placed.topupRef.utf8.elementsEqual("API-\(reseller.username)-\(ref)".utf8))
            for written in [ref, placed.topupRef] {
                let found = try await caller.check(ref: encoded(written))
                expectSuccess(found)
                #expect(found.data["_id"].string == placed.id)
                #expect(found.data["ref"].string?.utf8.elementsEqual(ref.utf8) == true)
            }
            for written in [ref, placed.topupRef] {
                let again = try await caller.send(Order.body(ref: written))
                expectFailure(again, 403, "DUPLICATED_REF", "This reference ID is already in use")
                #expect(again.error["details"]["topupId"].string == placed.id)
                #expect(again.error["details"]["ref"].string?.utf8.elementsEqual(ref.utf8) == true)
            }
        }

        @Test func `refs are the same only byte for byte`() async throws {
            let caller = try await shop.openReseller().sandbox
            let refs = [
                "x", "X", " x", "x ", "e\u{301}", "\u{e9}", "ｘ", "x\u{200b}", "\u{1e9b}\u{323}",
                "\u{1e9b}\u{323}\u{301}",
            ]
            var ids: Set<String> = []
            for ref in refs { ids.insert(try await caller.place(value: "500", ref: ref).id) }
            #expect(ids.count == refs.count)
        }

        @Test(arguments: [
            "", String(repeating: "x", count: 101), String(repeating: "🂡", count: 101), "a\nb", "\t", "a\u{0}",
            "\u{1b}[31m",
            "\u{7f}", "\u{85}", "a\r\nX-Injected: 1",
        ])
        func `a ref that is empty, too long or holds control characters is refused`(ref: String) async throws {
            let reseller = try await shop.openReseller()
            for written in [ref, "API-\(reseller.username)-\(ref)"] {
                expectFaults(try await reseller.sandbox.send(Order.body(ref: written)), ["ref"])
            }
            #expect(try await reseller.sandbox.list().isEmpty)
        }

        @Test func `every own prefix is taken off before the length is judged`() async throws {
            let reseller = try await shop.openReseller()
            let prefix = "API-\(reseller.username)-"
            let long = String(repeating: "ش", count: 100)
            let many = String(repeating: prefix, count: 30)
            let placed = try await reseller.sandbox.place(ref: many + long)
            #expect(placed.topupRef == prefix + long)
            for written in [long, prefix + long, many + long] {
                let again = try await reseller.sandbox.send(Order.body(ref: written))
                #expect(again.code == "DUPLICATED_REF")
                #expect(again.error["details"]["ref"].string == long)
                #expect(try await reseller.sandbox.check(ref: encoded(written)).data["_id"].string == placed.id)
            }
            expectFaults(try await reseller.sandbox.send(Order.body(ref: many + long + "x")), ["ref"])
            for nothing in [prefix, prefix + prefix] {
                expectFaults(try await reseller.sandbox.send(Order.body(ref: nothing)), ["ref"])
            }
        }

        @Test func `what only looks like an own prefix stays`() async throws {
            let reseller = try await shop.openReseller()
            let other = try await shop.openReseller()
            let refs = [
                "API-\(reseller.username)", "api-\(reseller.username)-x", "API-\(other.username)-x",
                " API-\(reseller.username)-x",
                "API-\(reseller.username.dropFirst())-x", "x-API-\(reseller.username)-x",
            ]
            for ref in refs {
                let placed = try await reseller.sandbox.place(value: "500", ref: ref)
                #expect(placed.topupRef == "API-\(reseller.username)-\(ref)")
                #expect(try await reseller.sandbox.check(id: placed.id).data["ref"].string == ref)
            }
        }

        @Test func `a ref is for ever, whatever became of its order`() async throws {
            let caller = try await shop.openReseller().sandbox
            for (number, status) in [("000000001", "REFUNDED"), ("036362608", "FULFILLED")] {
                let ref = Order.freshRef()
                let id = try await caller.place(number: number, ref: ref).id
                _ = try await caller.settled(id)
                let again = try await caller.send(Order.body("4G", value: "500", ref: ref))
                expectFailure(
                    again, 403, "DUPLICATED_REF", "This reference ID is already in use",
                    details: .object(["ref": .string(ref), "topupId": .string(id), "status": .string(status)]))
            }
            try await LiveShop.unhurried { shop, time in
                let caller = try await shop.openReseller().sandbox
                let open = try await caller.place(ref: "open").id
                let again = try await caller.send(Order.body(ref: "open"))
                #expect(
                    again.error["details"]
                        == .object(["ref": "open", "topupId": .string(open), "status": "HANDLING"]))
                time.advance(by: .seconds(3600))
                _ = try await caller.settled(open)
            }
        }

        @Test func `one of many simultaneous sends with one ref is accepted, and the others are told which`()
            async throws
        {
            let caller = try await shop.openReseller().sandbox
            let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                for _ in 0..<10 { group.addTask { try await caller.send(Order.body(ref: "race")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let accepted = answers.filter { $0.status == 200 }
            #expect(accepted.count == 1)
            for answer in answers where answer.status != 200 {
                expectFailure(answer, 403, "DUPLICATED_REF")
                #expect(answer.error["details"]["topupId"] == accepted.first?.data["topupId"])
            }
            #expect(try await caller.balance() == .dinars(99_050))
            #expect(try await caller.list().count == 1)
        }
    }
}
