import Foundation
import RasidBase
import RasidStock
import RasidTesting
import Testing

/// The owner's way from an empty folder to a sold-out shop, with the real binary.
@Suite struct OwnerTests {
    private static let username = "+213555000222"

    /// Cards of one file, in the order in which they must be sold.
    private static func cards(_ count: Int, _ prefix: String, expiringFrom first: Int64) -> [String] {
        let today = SystemTime().now.dayInAlgiers
        return (0..<count).map { index in
            let code = prefix + String(repeating: "0", count: 10) + String(1000 + index)
            return "ADSL,1000,\(code),S\(prefix)\(index),\(CalendarDay(number: today.number + first + Int64(index)))"
        }
    }

    private static func code(_ line: String) -> String { String(line.split(separator: ",")[2]) }

    @Test func `every card of a file is sold once, in order of expiry, until stock and then money end`() async throws {
        let shop = try await Shop()
        try await shop.run("account", "create", "--username", Self.username, "--name", "Boutique")
        let key = try await shop.key(of: Self.username, "production")
        try await shop.run("product", "add", "ADSL", "1000", "--cost", "947.50")
        try await shop.run("account", "deposit", Self.username, "100000", "--ref", "bank-1")
        let dated = Self.cards(30, "00", expiringFrom: 20)
        let undated = ["ADSL,1000,0077000000000001", "ADSL,1000,\"0077,000,2\""]
        let tooOld = Self.cards(3, "99", expiringFrom: 5)
        let report = try await shop.importCards(
            dated.shuffled() + undated + tooOld + [dated[4], "ADSL,1500,0088", "ADSL,1000,1,,2020-01-01", "?"])
        #expect(report.inserted == 35 && report.duplicates == 1)
        #expect(report.errors.map(\.line) == [37, 38, 39])
        let expected = dated.map(Self.code) + ["0077000000000001", "0077,000,2"]

        try await ServerProcess.serve(["serve"] + shop.served) { server in
            let caller = server.caller(key)
            var sold: [String] = []
            for index in expected.indices {
                let order = try await caller.buy(Sale(ref: "o-\(index)"))
                let topup = try await caller.finished(order)
                #expect(topup.status == "FULFILLED")
                sold.append(topup.card_code ?? "")
            }
            #expect(sold.prefix(30) == expected.prefix(30))
            #expect(Set(sold) == Set(expected) && sold.count == expected.count)
            #expect(try await caller.send(Sale(ref: "none-left")).code == "ERR_STOCK")
            let stock = try await shop.json(StockAnswer.self, "cards", "stock").stock
            #expect(stock.map(\.delivered) == [32] && stock.map(\.available) == [0] && stock.map(\.expiring) == [3])
            try await Self.useUp(caller, shop)
        }
        #expect(try await shop.audit().findings.isEmpty)
    }

    /// 32 cards of 947.50 leave 69680 DZD.
    private static func useUp(_ caller: Caller, _ shop: Shop) async throws {
        #expect(try await caller.balance() == 69_680)
        try await shop.run("account", "withdraw", username, "67000.25")
        #expect(try await shop.importCards(cards(5, "55", expiringFrom: 30)).inserted == 5)
        let orders = [
            try await caller.buy(Sale(ref: "late-1")), try await caller.buy(Sale(ref: "late-2")),
        ]
        let refused = try await caller.send(Sale(ref: "late-3"))
        #expect(refused.status == 403)
        #expect(refused.code == "INSUFFICIENT_BALANCE")
        #expect(refused.body.contains("\"required\":947.5,\"available\":784.75"))
        for order in orders { #expect(try await caller.finished(order).status == "FULFILLED") }
        try await shop.run("account", "deposit", username, "162.75")
        let last = try await caller.buy(Sale(ref: "late-3"))
        #expect(try await caller.finished(last).status == "FULFILLED")
        #expect(try await caller.balance() == 0)
    }

    @Test func `a card is sold before younger batches of the same day`() async throws {
        let shop = try await Shop()
        try await shop.run("account", "create", "--username", Self.username, "--name", "Boutique")
        let key = try await shop.key(of: Self.username, "production")
        try await shop.run("product", "add", "4G", "500")
        try await shop.run("account", "deposit", Self.username, "10000")
        let day = CalendarDay(number: SystemTime().now.dayInAlgiers.number + 100)
        for batch in ["A", "B", "C"] {
            let lines = (1...3).map { "4G,500,\(batch)-000\($0),,\(day)" }
            #expect(try await shop.importCards(["type,value,code,serial,expires_on"] + lines).inserted == 3)
        }
        let sold = try await ServerProcess.serve(["serve"] + shop.served) { server in
            let caller = server.caller(key)
            var sold: [String] = []
            for _ in 0..<9 {
                let order = try await caller.buy(Sale(type: "4G", number: "213665983439", value: 500))
                sold.append(try await caller.finished(order).card_code ?? "")
            }
            return sold
        }
        #expect(sold.map { $0.prefix(1) } == ["A", "A", "A", "B", "B", "B", "C", "C", "C"])
        #expect(Set(sold).count == 9)
    }
}
