import RasidBase
import RasidDatabase
import RasidOrders
import RasidServer
import RasidStock

/// Everything the store knows of one operator.
struct OperatorReport: Encodable, Sendable {
    struct Period: Encodable, Sendable {
        let calls: Int64
        let fulfilled: Int64
        let refused: Int64
        let putOff: Int64
        let unanswered: Int64
        /// Fulfilled of all that have ended; nil before the first.
        let successPerMille: Int64?
        let p50Milliseconds: Int64?
        let p95Milliseconds: Int64?

        init(_ summary: OperatorCalls.Summary) {
            calls = summary.total
            fulfilled = summary.calls[.fulfilled, default: 0]
            refused = summary.calls[.refused, default: 0]
            putOff = summary.calls[.putOff, default: 0]
            unanswered = summary.calls[.unanswered, default: 0]
            successPerMille = summary.successPerMille
            p50Milliseconds = summary.latency(percent: 50)?.milliseconds
            p95Milliseconds = summary.latency(percent: 95)?.milliseconds
        }
    }

    let name: String
    let kind: String
    let needsCard: Bool
    let url: String?
    /// What a server last saw: `up`, `down`, `no money`, `not let in`, `day full`, `paused`; `not served` without a server.
    let state: String
    let reason: String
    /// What is routed to it in production; the simulator serves all of the sandbox.
    let serves: [String]
    let openOrders: [String: Int]
    let balance: Dinars?
    let balanceAt: String?
    let dailyCap: Dinars?
    let sentToday: Dinars?
    let lowBalance: Dinars?
    let deadline: String?
    let settlingTime: String?
    let concurrency: Int?
    let last15min: Period
    let last24h: Period
    let lastError: String?
    let lastErrorAt: String?

    /// How old what a server saw may be.
    private static let fresh = Duration.seconds(60)

    init(_ supplier: Supplier, at now: Timestamp, in transaction: Transaction) throws {
        let settings = try OperatorSettings.find(supplier.id, in: transaction)
        let seen = try OperatorStates.all(of: supplier.id, in: transaction)
        let live = seen.filter { now.since($0.seenAt) <= Self.fresh }
        // Where several servers disagree, the one that has something to say is shown.
        let shown = live.first { $0.state.word != "up" } ?? live.first
        name = supplier.name
        kind = supplier.kind
        needsCard = supplier.needsCard
        url = settings?.url
        state = shown?.state.word ?? (settings?.isPaused == true ? "paused" : "not served")
        reason = shown?.state.reason ?? ""
        serves = try Routes.all(in: transaction).filter { $0.supplier == supplier }.map(RouteView.target)
        openOrders = Dictionary(
            try StaffReading.open(in: transaction).filter { $0.operatorID == supplier.id }.map {
                ("\($0.state)", $0.count)
            }, uniquingKeysWith: +)
        let balance = seen.filter { $0.state.balanceAt != nil }.max {
            $0.state.balanceAt?.milliseconds ?? 0 < $1.state.balanceAt?.milliseconds ?? 0
        }
        self.balance = balance?.state.balance.map(Dinars.init)
        balanceAt = balance?.state.balanceAt?.description
        dailyCap = settings?.dailyCap.map(Dinars.init)
        sentToday = try settings?.dailyCap.map { _ in
            Dinars(try SupplierBudget.spent(at: supplier.id, on: now.dayInAlgiers, in: transaction))
        }
        lowBalance = settings?.lowBalance.map(Dinars.init)
        deadline = settings.map { DurationText.print($0.deadline) }
        settlingTime = settings.map { DurationText.print($0.settlingTime) }
        concurrency = settings?.concurrency
        last15min = Period(
            try OperatorCalls.summary(of: supplier.id, last: .seconds(15 * 60), at: now, in: transaction))
        last24h = Period(
            try OperatorCalls.summary(of: supplier.id, last: .seconds(24 * 3600), at: now, in: transaction))
        let error = seen.filter { $0.state.lastErrorAt != nil }.max {
            $0.state.lastErrorAt?.milliseconds ?? 0 < $1.state.lastErrorAt?.milliseconds ?? 0
        }
        lastError = error?.state.lastError
        lastErrorAt = error?.state.lastErrorAt?.description
    }

    /// One operator by itself.
    var facts: Table {
        var facts: [(String, String)] = [("name", name), ("kind", kind), ("state", stateText)]
        if let url { facts.append(("address", url)) }
        if let deadline { facts.append(("a call ends after", deadline)) }
        if let settlingTime { facts.append(("settling time", settlingTime)) }
        if let concurrency { facts.append(("calls at once", "\(concurrency)")) }
        facts.append(("daily cap", dailyCap.map { "\($0.money) DZD" } ?? "off"))
        if let sentToday { facts.append(("sent today", "\(sentToday.money) DZD")) }
        facts.append(("warned below", lowBalance.map { "\($0.money) DZD" } ?? "off"))
        return Table(facts)
    }

    var stateText: String { reason.isEmpty ? state : "\(state): \(reason)" }
}
