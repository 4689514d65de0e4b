import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §3: `GET /v3/account/transactions`.
    @Suite struct StatementTests {
        static let path = "/v3/account/transactions"

        /// Each line's own sum is right, and each begins where the next older one ended.
        static func expectChain(_ items: [JSON], sourceLocation: SourceLocation = #_sourceLocation) throws {
            for item in items {
                let (amount, old, new) = (item["amount"].money, item["oldBalance"].money, item["newBalance"].money)
                let sign: Int64 = item["operation"] == "INCREMENT" ? 1 : -1
                let sum = try #require(old).centimes + sign * (try #require(amount).centimes)
                #expect(new?.centimes == sum, sourceLocation: sourceLocation)
            }
            for (newer, older) in zip(items, items.dropFirst()) {
                #expect(newer["oldBalance"] == older["newBalance"], sourceLocation: sourceLocation)
            }
        }

        @Test func `every movement is a line of its documented form, newest first`() async throws {
            let reseller = try await shop.openReseller(production: .zero)
            let caller = reseller.sandbox
            let sold = try await caller.place("4G").id
            _ = try await caller.settled(sold)
            let refunded = try await caller.place(number: "000000001", value: "500").id
            _ = try await caller.settled(refunded)
            try await shop.deposit(Money(centimes: 132_613), to: reseller.account, .sandbox)
            try await shop.withdraw(Money(centimes: 1), from: reseller.account, .sandbox)
            let answer = try await caller.get(Self.path)
            expectSuccess(answer)
            #expect(answer.data.keys == ["items", "pagination"])
            let items = answer.data["items"].items
            #expect(
                items.map { $0["type"].string }
                    == ["WITHDRAW", "DEPOSIT", "REFUND-ADSL", "ADSL", "ADSL", "DEPOSIT"])
            #expect(
                items.map { $0["operation"].string }
                    == ["DECREMENT", "INCREMENT", "INCREMENT", "DECREMENT", "DECREMENT", "INCREMENT"])
            for item in items {
                #expect(
                    item.keys == [
                        "_id", "type", "operation", "amount", "oldBalance", "newBalance", "objid", "note", "time",
                    ])
                #expect(isID(item["_id"]) && isID(item["objid"]) && isTime(item["time"]))
                #expect(item["note"].string != nil)
            }
            try Self.expectChain(items)
            #expect(items[0]["objid"] == items[0]["_id"] && items[1]["objid"] == items[1]["_id"])
            #expect(items[2]["objid"].string == refunded && items[3]["objid"].string == refunded)
            #expect(items[4]["objid"].string == sold)
            #expect(items[5]["objid"] == items[5]["_id"] && items[5]["oldBalance"] == 0)
            #expect(answer.body.contains(#""amount":1326.13"#) && answer.body.contains(#""amount":0.01"#))
            #expect(!answer.body.contains("null"))
            #expect(items[0]["newBalance"].money == (try await caller.balance()))
        }

        @Test func `the money of an order leaves with the order, not with its delivery`() async throws {
            try await LiveShop.unhurried { shop, time in
                let caller = try await shop.openReseller().sandbox
                let id = try await caller.place().id
                let line = try #require(try await caller.statement().first)
                #expect(line["type"] == "ADSL" && line["objid"].string == id && line["amount"] == 950)
                #expect(try await caller.check(id: id).data["status"] == "HANDLING")
                time.advance(by: .seconds(3600))
                _ = try await caller.settled(id)
                #expect(try await caller.statement().count == 2)
            }
        }

        @Test func `an order that was refused is no line`() async throws {
            let caller = try await shop.openReseller().sandbox
            for number in ["000000007", "000000008", "000000009"] {
                #expect(try await caller.send(Order.body(number: number)).status >= 400)
            }
            #expect(try await caller.statement().count == 1)
        }

        @Test func `lines chain however many orders were placed at once`() async throws {
            let caller = try await shop.openReseller().sandbox
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<40 {
                    let number = index % 4 == 0 ? "000000001" : nil
                    group.addTask { try await caller.place(number: number, value: "500").id }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for id in ids { _ = try await caller.settled(id) }
            let items = try await caller.statement()
            #expect(items.count == 51)
            try Self.expectChain(items)
            let dated = try await caller.statement("?pageSize=100&from=2020-01-01")
            #expect(dated == items)
            var paged: [JSON] = []
            for page in 1...6 { paged += try await caller.statement("?pageSize=10&page=\(page)") }
            #expect(paged == items)
            #expect(try await caller.balance() == .dinars(100_000 - 30 * 475))
        }

        @Test func `the environments have a statement each`() async throws {
            let reseller = try await shop.openReseller(production: .dinars(500))
            let sandbox = try await reseller.sandbox.statement()
            let production = try await reseller.production.statement()
            #expect(sandbox.map { $0["amount"] } == [100_000])
            #expect(production.map { $0["amount"] } == [500])
            #expect(sandbox[0]["type"] == "DEPOSIT" && production[0]["type"] == "DEPOSIT")
        }
    }
}
