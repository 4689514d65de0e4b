public import RasidBase
public import RasidOperators

/// What every operator must do, whatever it is made of; each check says what was wrong, nothing where all was well.
///
/// An operator that speaks over a wire is put behind a ``FaultyProxy``, so that the wire can fail.
public struct OperatorConformance: Sendable {
    /// What is true of the operator under test.
    public struct Facts: Sendable {
        /// A number that it recharges.
        public var number: ServiceNumber
        public var value: Money
        /// A number that it refuses; nil where it refuses none.
        public var refused: ServiceNumber?
        /// A number that it calls nobody's; nil where it checks no numbers.
        public var stranger: ServiceNumber?
        /// Whether it keeps a record of orders; one that works its answer out of the job has an answer to any job.
        public var remembers = true
        /// Whether it notices a changed bit in an answer; over TLS all do.
        public var noticesCorruption = true
        /// How long an order may take to be decided once nothing is wrong any more.
        public var patience = Duration.seconds(30)

        public init(number: ServiceNumber, value: Money) {
            self.number = number
            self.value = value
        }
    }

    /// What holds while nothing goes wrong.
    public enum Check: String, CaseIterable, Sendable {
        case wordInTime = "a recharge is answered by a word within the deadline"
        case sameID = "the same id twice, at once or later, is one recharge"
        case memory = "a question after a recharge is answered as the recharge was"
        case refusal = "a refusal stays one"
        case neverSent = "what was never sent is never said to be done"
        case subscribers = "a number is judged, or it is said that it cannot be"
        case cancelling = "a call that is cancelled lets go promptly, and says neither yes nor no"
        case crowd = "many at once are many recharges, a code each"
    }

    /// How much longer than its deadline a call may take on a busy machine.
    static let grace = Duration.seconds(10)

    let remote: any Operator
    let facts: Facts
    let proxy: FaultyProxy?
    private let time: any TimeSource
    private let identifiers = SystemIdentifiers()

    /// - Parameters:
    ///   - remote: reaches its server through `proxy`, if it has one.
    ///   - time: the operator's own.
    public init(
        _ remote: any Operator, _ facts: Facts, through proxy: FaultyProxy? = nil, time: any TimeSource = SystemTime()
    ) {
        self.remote = remote
        self.facts = facts
        self.proxy = proxy
        self.time = time
    }

    /// - Returns: what was wrong.
    public func breaches(of check: Check) async -> [String] {
        proxy?.faultAlways(nil)
        switch check {
        case .wordInTime: return await wordInTime()
        case .sameID: return await sameID()
        case .memory: return await memory()
        case .refusal: return await refusal()
        case .neverSent: return await neverSent()
        case .subscribers: return await subscribers()
        case .cancelling: return await cancelling()
        case .crowd: return await crowd()
        }
    }

    /// A new order that nobody has heard of.
    func newStory(of number: ServiceNumber? = nil) -> OperatorStory {
        let now = time.now
        let job = Job(
            order: identifiers.fresh(at: now), number: number ?? facts.number, value: facts.value, placedAt: now)
        let expects: OperatorStory.Expectation = number != nil && number == facts.refused ? .refusal : .recharge
        return OperatorStory(job, remote, expects, remembers: facts.remembers)
    }

    // MARK: - The checks

    private func wordInTime() async -> [String] {
        var story = newStory()
        await story.recharge()
        await story.settle(within: facts.patience)
        return story.found()
    }

    private func sameID() async -> [String] {
        var story = newStory()
        let job = story.job
        async let first = remote.recharge(job)
        async let second = remote.recharge(job)
        story.note(await first, to: .recharge)
        story.note(await second, to: .recharge)
        await story.settle(within: facts.patience)
        await story.recharge()
        await story.settle(within: facts.patience)
        return story.found()
    }

    private func memory() async -> [String] {
        var story = newStory()
        await story.recharge()
        await story.settle(within: facts.patience)
        for _ in 0..<3 {
            await story.ask()
            if !story.isDecidedByLast { story.complain("a question about what is over was not answered") }
        }
        return story.found()
    }

    private func refusal() async -> [String] {
        guard let refused = facts.refused else { return [] }
        var story = newStory(of: refused)
        await story.recharge()
        await story.settle(within: facts.patience)
        await story.ask()
        await story.recharge()
        return story.found()
    }

    private func neverSent() async -> [String] {
        guard facts.remembers else { return [] }
        var story = newStory()
        await story.ask()
        switch story.answers.last?.outcome {
        case .neverSeen, .unknown: break
        case let other: story.complain("to a question about an order that was never sent: \(String(describing: other))")
        }
        return story.found()
    }

    private func subscribers() async -> [String] {
        guard let stranger = facts.stranger else { return [] }
        var found: [String] = []
        if case .notASubscriber = await remote.check(facts.number) { found.append("a subscriber is called a stranger") }
        if case .subscriber = await remote.check(stranger) { found.append("a stranger is called a subscriber") }
        return found
    }

    private func cancelling() async -> [String] {
        guard let proxy else { return [] }
        var found: [String] = []
        for isQuestion in [false, true] {
            var story = newStory()
            if isQuestion { await story.recharge() }
            proxy.faultAlways(.stall)
            let held = proxy.held
            let call: OperatorStory.Call = isQuestion ? .ask : .recharge
            await story.call(call, until: { proxy.held > held })
            proxy.faultAlways(nil)
            if story.isDecidedByLast { story.complain("a word where none had come") }
            await story.settle(within: facts.patience)
            found += story.found()
        }
        return found
    }

    private func crowd() async -> [String] {
        let width = min(remote.capabilities.concurrency, 32)
        let stories = await withTaskGroup(of: OperatorStory.self) { group in
            var stories: [OperatorStory] = []
            for index in 0..<width * 3 {
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
        let codes = Set(stories.flatMap(\.codes))
        let twice = codes.count < stories.count ? ["\(stories.count) orders have \(codes.count) codes"] : []
        return twice + stories.flatMap { $0.found() }
    }
}
