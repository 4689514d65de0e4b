import Foundation
import RasidTesting
import Testing

/// Many sandbox orders of both types, among them the contract's numbers 1 to 6, and what must become of each (§6).
struct Workload: Sendable {
    struct Job: Sendable {
        let sale: Sale
        /// The last digit of the contract's number; 0 for an ordinary one.
        let script: Int

        var endsWell: Bool { ![1, 3, 5].contains(script) }
        var expectedReason: String? {
            switch script {
            case 1: "NUMBER_REJECTED"
            case 3, 5: "OPERATOR_REJECTED"
            default: nil
            }
        }
    }

    let jobs: [Job]

    /// Of every fourteen orders of a type six have a number that fails on purpose.
    init(_ count: Int) {
        jobs = (0..<count).map { index in
            let script = index / 2 % 14 < 6 ? index / 2 % 14 + 1 : 0
            let isADSL = index.isMultiple(of: 2)
            let number =
                script > 0
                ? (isADSL ? "00000000\(script)" : "21300000000\(script)")
                : (isADSL ? "03\(1_000_000 + index)" : "2136\(10_000_000 + index)")
            return Job(
                sale: Sale(type: isADSL ? "ADSL" : "4G", number: number, value: 500, ref: "job-\(index)"),
                script: script)
        }
    }

    /// What all of them cost, and what those cost that end well.
    var cost: Decimal { 475 * Decimal(jobs.count) }
    var kept: Decimal { 475 * Decimal(jobs.count { $0.endsWell }) }

    /// Places the jobs of `range`.
    ///
    /// - Returns: the accepted orders, by the number of their job.
    func place(_ range: Range<Int>, by caller: Caller) async throws -> [Int: Accepted] {
        let jobs = jobs[range]
        let accepted: [Accepted] = try await caller.overConnections(16, jobs: jobs.count) { index, talk in
            try await talk.ask(caller.text(jobs[jobs.startIndex + index].sale)).decoded()
        }
        return Dictionary(uniqueKeysWithValues: zip(range, accepted))
    }

    /// Waits until nothing is open and compares every order with what its number says.
    func verify(_ accepted: [Int: Accepted], by caller: Caller) async throws {
        try await eventually("every order is final", within: .seconds(150)) {
            for status in ["HANDLING", "QUEUED"] where try await caller.count("status=\(status)") > 0 { return false }
            return true
        }
        let found = try await caller.allTopups()
        #expect(found.count == jobs.count)
        for (index, order) in accepted.sorted(by: { $0.key < $1.key }) {
            let job = jobs[index]
            let topup = try #require(found[order.topupId], "job \(index) was acknowledged and is gone")
            #expect(topup.ref == job.sale.ref && topup.number == job.sale.number && topup.type == job.sale.type)
            #expect(topup.status == (job.endsWell ? "FULFILLED" : "REFUNDED"), "number \(job.script), \(order)")
            #expect(topup.refund_reason == job.expectedReason, "number \(job.script), \(order)")
            #expect((topup.card_code != nil) == job.endsWell)
        }
        let codes = found.values.compactMap(\.card_code)
        #expect(Set(codes).count == codes.count)
    }
}

extension Caller {
    func count(_ filter: String) async throws -> Int {
        try await get("/v3/internet/list?pageSize=1&\(filter)").decoded(TopupPage.self).pagination.totalResults
    }

    /// Every order of the wallet, by its id.
    func allTopups() async throws -> [String: Topup] {
        try await open { talk in
            var topups: [String: Topup] = [:]
            for page in 1...1000 {
                let path = "/v3/internet/list?pageSize=100&page=\(page)"
                let items = try await talk.ask(request("GET", path)).decoded(TopupPage.self).items
                for topup in items { topups[topup._id] = topup }
                if items.count < 100 { break }
            }
            return topups
        }
    }
}
