import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

struct StaffJournalTests {
    private let shop: ShopFixture

    init() throws {
        shop = try ShopFixture()
    }

    @Test func `what was done is told newest first, with who, what, to what and why`() throws {
        try append(subject: "690161a3e9e88196b4eb6545", reason: "the line is dead")
        shop.time.advance(.seconds(1))
        try append(subject: "+213555000000", reason: "")
        let entries = try shop.store.look { try StaffJournal.latest(10, in: $0) }
        #expect(entries.map(\.subject) == ["+213555000000", "690161a3e9e88196b4eb6545"])
        #expect(entries.map(\.reason) == ["", "the line is dead"])
        #expect(entries.allSatisfy { $0.actor == "amina" && $0.action == "order refund" })
        #expect(entries.first?.at == shop.time.now)
        #expect(entries.map(\.number) == [2, 1])
    }

    @Test func `the latest entries are told, of all or of one subject`() throws {
        for number in 0..<6 { try append(subject: number.isMultiple(of: 2) ? "even" : "odd", reason: "\(number)") }
        #expect(try shop.store.look { try StaffJournal.latest(2, in: $0) }.map(\.reason) == ["5", "4"])
        #expect(try shop.store.look { try StaffJournal.latest(2, about: "even", in: $0) }.map(\.reason) == ["4", "2"])
        #expect(try shop.store.look { try StaffJournal.latest(2, about: "none", in: $0) }.isEmpty)
    }

    @Test func `an entry without a subject, or with a reason without end, is refused`() {
        #expect(throws: Refusal.self) { try append(subject: "", reason: "") }
        #expect(throws: Refusal.self) { try append(subject: String(repeating: "x", count: 101), reason: "") }
        #expect(throws: Refusal.self) { try append(subject: "x", reason: String(repeating: "x", count: 1001)) }
        #expect(throws: Never.self) { try append(subject: "x", reason: String(repeating: "ر", count: 1000)) }
    }

    private func append(subject: String, reason: String) throws {
        let now = shop.time.now
        try shop.store.commit {
            try StaffJournal.append(
                actor: "amina", action: "order refund", subject: subject, reason: reason, at: now, in: $0)
        }
    }
}
