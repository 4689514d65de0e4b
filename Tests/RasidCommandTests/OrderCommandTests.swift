import RasidBase
import RasidOrders
import RasidTesting
import Testing

/// Staff looks at orders and changes them, as far as the laws allow.
@Suite struct OrderCommandTests {
    private struct Order: Decodable {
        let id: String
        let account: String
        let environment: String
        let number: String
        let status: String
        let state: String
    }

    private struct Story: Decodable {
        struct Card: Decodable {
            let serial: String?
            let state: String
            let lastFour: String?
        }
        struct Movement: Decodable {
            let kind: String
            let amount: Double
        }
        struct Case: Decodable {
            let kind: String
            let closedAt: String?
            let resolution: String?
        }
        struct Word: Decodable {
            let what: String
        }
        struct Line: Decodable {
            let actor: String
            let action: String
            let reason: String
        }

        let order: Order
        let card: Card?
        let transfers: [Movement]
        let evidence: [Word]
        let cases: [Case]
        let journal: [Line]
    }

    private func story(_ order: OrderID, at desk: StaffDesk) async throws -> Story {
        try await desk.rasid("order", "show", "\(order)", "--json").json(Story.self)
    }

    @Test func `an empty shop has no orders and no cases`() async throws {
        let shop = try await CommandLineShop.withGoods()
        #expect(try await shop.rasid("order", "list").output == "There are no orders yet.\n")
        #expect(try await shop.rasid("order", "list", "--json").output == "{\"orders\":[]}\n")
        #expect(try await shop.rasid("order", "list", "--cases").output == "No case waits for anybody.\n")
    }

    @Test func `the newest orders of all accounts come first, with masked numbers`() async throws {
        let desk = try await StaffDesk()
        let first = try await desk.placed()
        desk.shop.time.advance(by: .seconds(2))
        let second = try await desk.shop.place("213472731602", .fourG, value: 500).id
        let listed = try await desk.rasid("order", "list", "--json").json([String: [Order]].self)["orders"] ?? []
        #expect(listed.map(\.id) == [second.description, first.description])
        #expect(listed.map(\.number) == ["2134********", "0363*****"])
        #expect(listed.map(\.environment) == ["SANDBOX", "PRODUCTION"])
        let one = try await desk.rasid("order", "list", "--limit", "1", "--account", "+213555000001", "--json")
        #expect(try one.json([String: [Order]].self)["orders"]?.map(\.id) == [second.description])
        _ = try desk.shop.openAccount("+213555000002")
        let none = try await desk.rasid("order", "list", "--account", "+213555000002")
        #expect(none.output == "There are no orders yet.\n")
        #expect(try await desk.rasid("order", "list", "--account", "+213555000003").code == 1)
    }

    @Test func `a delivered order is shown with its card's serial and last four characters`() async throws {
        let desk = try await StaffDesk()
        let order = try await desk.delivered()
        let story = try await story(order, at: desk)
        #expect(story.order.status == "FULFILLED" && story.order.state == "fulfilled")
        #expect(story.order.account == "+213555000001")
        let card = try #require(story.card)
        #expect(card.state == "delivered")
        let isFirst = card.serial == "SERIAL-1"
        #expect(card.lastFour == (isFirst ? "************3456" : "************7654"))
        #expect(story.transfers.map(\.kind) == ["hold", "capture"])
        let text = try await desk.rasid("order", "show", "\(order)").output
        #expect(text.contains("0363***** ADSL") && text.contains("************"))
        for secret in ["036362608", "1234567890123456", "9876543210987654"] { #expect(!text.contains(secret)) }
    }

    @Test func `without the vault key an order is shown but for its code`() async throws {
        let desk = try await StaffDesk()
        let order = try await desk.delivered()
        let shown = try await desk.rasid("order", "show", "\(order)", "--vault-key", "/nowhere/vault.key", "--json")
        #expect(shown.code == 0)
        #expect(shown.complaint.contains("The code's last characters are not shown: The vault key /nowhere/vault.key"))
        #expect(try shown.json(Story.self).card?.lastFour == nil)
    }

    @Test func `a refund gives the money back and is kept in the journal`() async throws {
        let desk = try await StaffDesk()
        let order = try await desk.placed()
        let done = try await desk.rasid("order", "refund", "\(order)", "--reason", "changed their mind")
        #expect(done.output == "The order \(order) is REFUNDED: +213555000001 has its 950 DZD back.\n")
        #expect(try await desk.shop.balance(of: desk.shop.production) == .dinars(10_000))
        let story = try await story(order, at: desk)
        #expect(story.transfers.map(\.kind) == ["hold", "release"])
        #expect(story.journal.map(\.action) == ["order refund"])
        #expect(story.journal.map(\.actor) == [RasidProgram.login])
        #expect(story.journal.map(\.reason) == ["changed their mind"])
        #expect(try await desk.rasid("audit").code == 0)
    }

    @Test func `what may have been delivered is not refunded, and no journal line is left`() async throws {
        let desk = try await StaffDesk()
        let sent = try #require(try await desk.sent())
        let refused = try await desk.rasid("order", "refund", "\(sent.order)", "--reason", "too slow")
        #expect(refused.code == 1)
        #expect(refused.complaint.hasPrefix("rasid: The operator may have delivered: silence is not failure."))
        #expect(try await story(sent.order, at: desk).journal.isEmpty)
    }

    @Test func `an order in doubt is asked about again at once`() async throws {
        let desk = try await StaffDesk()
        let sent = try #require(try await desk.sent())
        try desk.answer(sent, .silence, saying: "no answer")
        let done = try await desk.rasid("order", "retry", "\(sent.order)", "--reason", "the operator is back", "--json")
        #expect(try done.json(Order.self).state == "unknown")
        #expect(try await story(sent.order, at: desk).evidence.map(\.what).last?.contains("staff retried it") == true)
    }

    @Test func `a delivered order is paid back once and stays fulfilled`() async throws {
        let desk = try await StaffDesk()
        let order = try await desk.delivered()
        let done = try await desk.rasid("order", "adjust", "\(order)", "--reason", "used before")
        #expect(done.output == "+213555000001 has its 950 DZD back; the order \(order) stays FULFILLED.\n")
        let again = try await desk.rasid("order", "adjust", "\(order)", "--reason", "used before")
        #expect(again.code == 1)
        #expect(again.complaint == "rasid: This order was adjusted before: one adjustment an order.\n")
        #expect(try await story(order, at: desk).transfers.map(\.kind) == ["hold", "capture", "adjust"])
    }

    @Test func `a case waits until it is settled`() async throws {
        let desk = try await StaffDesk()
        let sent = try #require(try await desk.sent())
        try desk.answer(sent, .no(.operatorRejected), saying: "refused")
        try desk.answer(
            sent, .yes(Receipt(transactionNumber: "T-1", card: nil)), saying: "delivered after all \u{1b}[2J")
        let waiting = try await desk.rasid("order", "list", "--cases")
        #expect(waiting.output.contains("\(sent.order)") && waiting.output.contains("after the refund"))
        let text = try await desk.rasid("order", "show", "\(sent.order)").output
        #expect(text.contains("delivered after all ?[2J"), "an operator's words cannot clear the screen")
        let done = try await desk.rasid("order", "settle", "\(sent.order)", "--reason", "credited us")
        #expect(done.output == "The cases of the order \(sent.order) are closed; it stays REFUNDED.\n")
        let story = try await story(sent.order, at: desk)
        #expect(story.cases.map(\.kind) == ["lateYes"])
        #expect(story.cases.map(\.resolution) == ["credited us"])
        #expect(try await desk.rasid("order", "list", "--cases").output == "No case waits for anybody.\n")
        let again = try await desk.rasid("order", "settle", "\(sent.order)", "--reason", "credited us")
        #expect(again.code == 1 && again.complaint == "rasid: The order has no open case.\n")
    }

    @Test func `operators count their open orders`() async throws {
        let desk = try await StaffDesk()
        _ = try await desk.placed()
        _ = try await desk.sent()
        let listed = try await desk.rasid("operator", "list").output
        #expect(listed.contains("1 accepted") && listed.contains("1 sent"))
    }

    @Test func `every change needs a reason and an order that is there`() async throws {
        let desk = try await StaffDesk()
        for change in ["retry", "refund", "settle", "adjust"] {
            #expect(try await desk.rasid("order", change, "690161a3e9e88196b4eb6545").code == 64)
            let unknown = try await desk.rasid("order", change, "690161a3e9e88196b4eb6545", "--reason", "why not")
            #expect(unknown.code == 1)
            #expect(unknown.complaint == "rasid: There is no order 690161a3e9e88196b4eb6545.\n")
        }
    }
}
