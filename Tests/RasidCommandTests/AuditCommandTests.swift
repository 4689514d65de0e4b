import RasidDatabase
import RasidTesting
import Testing

/// The audit ends with what it found.
@Suite struct AuditCommandTests {
    private struct Report: Decodable {
        struct Finding: Decodable {
            let subject: String
            let sentence: String
        }

        let clean: Bool
        let accounts: Int
        let orders: Int
        let transfers: Int
        let cards: Int
        let findings: [Finding]
    }

    @Test func `books that add up end with 0`() async throws {
        let desk = try await StaffDesk()
        _ = try await desk.delivered()
        let report = try await desk.rasid("audit", "--json").json(Report.self)
        #expect(report.clean && report.findings.isEmpty)
        #expect((report.accounts, report.orders, report.transfers, report.cards) == (1, 1, 4, 2))
        let text = try await desk.rasid("audit")
        #expect(text.code == 0)
        #expect(text.output.hasPrefix("Everything adds up.\n"))
    }

    @Test func `books that do not end with 1 and say why`() async throws {
        let desk = try await StaffDesk()
        let tamper = Statement("UPDATE balances SET wallet = wallet + 1 WHERE environment = 1")
        _ = try desk.shop.database.commit { try $0.run(tamper) }
        let audit = try await desk.rasid("audit", "--json")
        #expect(audit.code == 1)
        let report = try audit.json(Report.self)
        #expect(!report.clean && !report.findings.isEmpty)
        #expect(audit.complaint == "rasid: The books do not add up; findings: \(report.findings.count).\n")
    }
}
