import ArgumentParser
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

struct OperatorList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the operators: how each does, what it serves, and its open orders.",
        discussion: """
            SUCCESS is delivered of all calls that have ended; P50 and P95 are how long an answer took, in buckets a \
            fifth wide. A server writes them every few seconds.

            EXAMPLES:
              rasid operator list
              rasid operator list --json
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    func run() async throws {
        let now = Staff().now
        let reports = try await store.open { shop in
            try await shop.database.scan { transaction in
                try Routes.operators(in: transaction).map { try OperatorReport($0, at: now, in: transaction) }
            }
        }
        try json.show(["operators": reports], orText: Self.text(reports))
    }

    private static func text(_ reports: [OperatorReport]) -> String {
        var parts = [overview(reports).text]
        let called = reports.filter { $0.last24h.calls > 0 }
        if !called.isEmpty { parts.append(calls(called).text) }
        let troubled = reports.filter { !$0.reason.isEmpty || $0.lastError != nil }
        if !troubled.isEmpty { parts.append(troubles(troubled).text) }
        return parts.joined(separator: "\n\n")
    }

    private static func overview(_ reports: [OperatorReport]) -> Table {
        var table = Table(
            .words("NAME"), .words("KIND"), .words("STATE"), .words("SERVES"), .words("OPEN ORDERS"),
            .number("MONEY THERE"))
        for report in reports {
            let open = report.openOrders.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let serves = report.kind == "simulator" ? "the sandbox" : report.serves.joined(separator: ", ")
            table.add(
                report.name, report.kind, report.state, serves.isEmpty ? "nothing" : serves,
                open.isEmpty ? "none" : open.joined(separator: ", "), report.balance.map { "\($0.money)" } ?? "-")
        }
        return table
    }

    private static func calls(_ reports: [OperatorReport]) -> Table {
        var table = Table(
            .words("NAME"), .words("LAST"), .number("CALLS"), .number("SUCCESS"), .number("P50"), .number("P95"),
            .number("REFUSED"), .number("PUT OFF"), .number("UNANSWERED"))
        for report in reports {
            for (name, period) in [("15 min", report.last15min), ("24 h", report.last24h)] {
                table.add(
                    report.name, name, "\(period.calls)",
                    period.successPerMille.map { "\($0 / 10).\($0 % 10) %" } ?? "-",
                    period.p50Milliseconds.map { "\($0) ms" } ?? "-",
                    period.p95Milliseconds.map { "\($0) ms" } ?? "-", "\(period.refused)", "\(period.putOff)",
                    "\(period.unanswered)")
            }
        }
        return table
    }

    private static func troubles(_ reports: [OperatorReport]) -> Table {
        var table = Table(.words("NAME"), .words("WHAT IS WRONG"), .words("LAST ERROR"), .words("AT"))
        for report in reports {
            table.add(
                report.name, report.reason.isEmpty ? "nothing now" : report.reason, report.lastError ?? "-",
                report.lastErrorAt ?? "-")
        }
        return table
    }
}
