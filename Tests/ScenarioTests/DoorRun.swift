import Foundation
import RasidBase
import RasidOrders
import RasidTesting

/// How much is asked, from which seed; settings of `scripts/fuzz`.
struct DoorPlan: Sendable {
    static let structuredRequests = 32
    static let noisyRequests = 16
    static let lapTalks = 120

    var seed: UInt64 = 1
    var requests = 3000
    /// Only this talk, to replay a fault.
    var only: Int?
    /// Changes an answer before it is judged; a test plants a fault here.
    var spoil: @Sendable (DoorAnswer) -> DoorAnswer = { $0 }

    static var asked: DoorPlan {
        let environment = ProcessInfo.processInfo.environment
        var plan = DoorPlan()
        plan.seed = environment["RASID_FUZZ_SEED"].flatMap { UInt64($0) } ?? plan.seed
        plan.requests = environment["RASID_FUZZ_REQUESTS"].flatMap { Int($0) } ?? plan.requests
        plan.only = environment["RASID_FUZZ_TALK"].flatMap { Int($0) }
        return plan
    }

    /// Three talks of structure, then one of noise.
    static func isNoise(_ talk: Int) -> Bool { talk % 4 == 3 }
    static func size(of talk: Int) -> Int { isNoise(talk) ? noisyRequests : structuredRequests }
    /// Every third lap uses only keys that cannot buy: whatever it asks, nothing may change.
    static func isRefusedOnly(_ talk: Int) -> Bool { talk / lapTalks % 3 == 2 }

    /// The talks, in laps after each of which the store is looked at.
    var laps: [Range<Int>] {
        if let only { return [only..<only + 1] }
        let talks = max(1, requests * 4 / (3 * Self.structuredRequests + Self.noisyRequests) + 1)
        return stride(from: 0, to: talks, by: Self.lapTalks).map { $0..<min(talks, $0 + Self.lapTalks) }
    }
}

/// What a run has seen.
struct DoorReport: Sendable {
    var requests = 0
    var answers: [Int: Int] = [:]
    var sold: [String] = []
    var faults: [String] = []

    mutating func add(_ other: DoorReport) {
        requests += other.requests
        answers.merge(other.answers) { $0 + $1 }
        sold += other.sold
        faults += other.faults
    }
}

/// Knocks at a live shop, several talks at once, and looks at the store after every lap.
struct DoorRun: Sendable {
    static let lanes = 12
    private static let faultsKept = 20

    let live: LiveShop
    let world: DoorWorld
    let plan: DoorPlan

    func run(afterLap: (_ done: Int, _ of: Int) -> Void = { _, _ in }) async throws -> DoorReport {
        var whole = DoorReport()
        let laps = plan.laps
        for (index, lap) in laps.enumerated() where whole.faults.count < Self.faultsKept {
            try await DoorBooks.settle(live)
            let before = try await DoorBooks.read(live)
            let report = await self.lap(lap)
            try await DoorBooks.settle(live)
            let after = try await DoorBooks.read(live)
            let wrong = try await before.faults(after: after, sold: report.sold, live)
            // A reference `door-T-N` names its talk.
            let again = "again: scripts/fuzz \(plan.requests) \(plan.seed) T"
            whole.faults += wrong.map { "talks \(lap.lowerBound) to \(lap.upperBound - 1): \($0)\n    \(again)" }
            whole.add(report)
            afterLap(index + 1, laps.count)
        }
        let findings = try await Audit(database: live.database, time: SystemTime()).run().findings
        whole.faults += findings.map { "audit: \($0)" }
        return whole
    }

    /// Each lane takes every twelfth talk.
    private func lap(_ talks: Range<Int>) async -> DoorReport {
        let (plan, world) = (plan, world)
        return await withTaskGroup(of: DoorReport.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    var report = DoorReport()
                    for talk in stride(from: talks.lowerBound + lane, to: talks.upperBound, by: Self.lanes) {
                        report.add(await DoorTalk(plan: plan, world: world, talk: talk).run())
                    }
                    return report
                }
            }
            var whole = DoorReport()
            for await report in group { whole.add(report) }
            return whole
        }
    }
}
