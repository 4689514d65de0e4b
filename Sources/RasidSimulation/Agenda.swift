import HeapModule

/// What is to happen and when; things of one moment happen in the order in which they were planned.
struct Agenda {
    typealias Act = () async throws -> Void

    private struct Entry: Comparable {
        let at: Int64
        let number: Int
        let act: Act

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.number) < (right.at, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private var entries = Heap<Entry>()
    private var planned = 0

    var nextAt: Int64? { entries.min?.at }

    mutating func plan(at moment: Int64, _ act: @escaping Act) {
        planned += 1
        entries.insert(Entry(at: moment, number: planned, act: act))
    }

    /// The next act, if its time is at most `latest`.
    mutating func next(until latest: Int64 = .max) -> (at: Int64, act: Act)? {
        guard let first = entries.min, first.at <= latest else { return nil }
        entries.removeMin()
        return (first.at, first.act)
    }
}
