import RasidBase
import RasidOperators

extension OperatorConformance {
    /// What holds while one thing goes wrong: no false yes, no false no, and one code when it is over.
    ///
    /// - Returns: what was wrong.
    public func breaches(under fault: FaultyProxy.Fault) async -> [String] {
        guard let proxy, facts.noticesCorruption || fault != .corruptAnswer else { return [] }
        var found = await onRecharge(fault, proxy, facts.number)
        found += await onQuestion(fault, proxy, facts.number)
        if let refused = facts.refused {
            found += await onRecharge(fault, proxy, refused)
            found += await onQuestion(fault, proxy, refused)
        }
        found += await onCheck(fault, proxy)
        if proxy.faults == 0 { found.append("nothing went wrong that should have") }
        return found
    }

    /// The same for anything that may go wrong, one time in three, with orders that go on side by side.
    ///
    /// - Returns: what was wrong.
    public func breachesUnderAnything(orders: Int = 40) async -> [String] {
        guard let proxy else { return [] }
        let faults = FaultyProxy.Fault.allCases.filter {
            !$0.isSilence && (facts.noticesCorruption || $0 != .corruptAnswer)
        }
        proxy.faultAtRandom(perMille: 330, among: faults)
        let width = min(remote.capabilities.concurrency, 8)
        let stories = await withTaskGroup(of: OperatorStory.self) { group in
            var stories: [OperatorStory] = []
            for index in 0..<orders {
                if index >= width, let story = await group.next() { stories.append(story) }
                let new = newStory()
                group.addTask { [facts] in
                    var story = new
                    await story.recharge()
                    await story.settle(within: facts.patience)
                    return story
                }
            }
            for await story in group { stories.append(story) }
            return stories
        }
        proxy.faultAlways(nil)
        let codes = Set(stories.flatMap(\.codes))
        let twice = codes.count != orders ? ["\(orders) orders have \(codes.count) codes"] : []
        return twice + stories.flatMap { $0.found() }
    }

    private func onRecharge(
        _ fault: FaultyProxy.Fault, _ proxy: FaultyProxy, _ number: ServiceNumber
    ) async -> [String] {
        var story = newStory(of: number)
        await call(.recharge, of: &story, fault, proxy)
        await story.settle(within: facts.patience)
        await story.ask()
        return story.found()
    }

    private func onQuestion(
        _ fault: FaultyProxy.Fault, _ proxy: FaultyProxy, _ number: ServiceNumber
    ) async -> [String] {
        var story = newStory(of: number)
        await story.recharge()
        await call(.ask, of: &story, fault, proxy)
        await story.settle(within: facts.patience)
        await story.ask()
        return story.found()
    }

    private func call(
        _ call: OperatorStory.Call, of story: inout OperatorStory, _ fault: FaultyProxy.Fault, _ proxy: FaultyProxy
    ) async {
        proxy.faultAlways(fault)
        if fault.isSilence {
            let held = proxy.held
            await story.call(call, until: { proxy.held > held })
        } else {
            await story.call(call)
        }
        proxy.faultAlways(nil)
    }

    private func onCheck(_ fault: FaultyProxy.Fault, _ proxy: FaultyProxy) async -> [String] {
        // A check has a time of its own, which the operator's own tests look at.
        guard let stranger = facts.stranger, !fault.isSilence else { return [] }
        var found: [String] = []
        proxy.faultAlways(fault)
        if case .notASubscriber = await remote.check(facts.number) { found.append("a subscriber is called a stranger") }
        if case .subscriber = await remote.check(stranger) { found.append("a stranger is called a subscriber") }
        proxy.faultAlways(nil)
        return found
    }
}
