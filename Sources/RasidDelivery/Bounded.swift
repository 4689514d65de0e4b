import RasidBase

/// A call that is given up, and its connection closed with it, when its time is over.
enum Bounded {
    /// - Returns: what came, if anything did, and whether it came while the call was being given up.
    static func call<Answer: Sendable>(
        within deadline: Duration, _ time: any TimeSource, _ body: @escaping @Sendable () async -> Answer
    ) async -> (answer: Answer?, isLate: Bool) {
        await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await time.sleep(for: deadline)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            var late: Answer?
            while let next = await group.next() { late = late ?? next }
            return (first ?? late, first == nil)
        }
    }
}
