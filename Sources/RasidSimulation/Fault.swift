/// What goes wrong on purpose; each is counted.
public enum Fault: String, CaseIterable, Sendable {
    case answerLate = "operator answers after its deadline"
    case answerLost = "operator recharges, its answer is lost"
    case requestLost = "operator never gets the call"
    case answerTwice = "operator answers twice"
    case answersOutOfOrder = "an older answer comes after a newer one"
    case yesAfterNo = "operator says yes after it said no"
    case noAfterYes = "operator says no after it said yes"
    case foreignCode = "operator hands out another order's code"
    case knownCode = "operator hands out a code of the stock"
    case garbage = "operator answers garbage"
    case truncated = "operator's answer is cut short"
    case tooManyRequests = "operator answers 429"
    case unavailable = "operator answers 503"
    case neverAnswers = "operator never tells what became of an order"
    case putOff = "operator says 'later' for two days"
    case operatorDown = "operator is down for hours"
    case diesBefore = "node dies before a transaction"
    case diesInside = "node dies inside a transaction"
    case diesAfter = "node dies after the commit"
    case diesBeforeCall = "node dies between 'sent' and the call"
    case diesBeforeRecord = "node dies between the call and the record"
    case commandDies = "a command dies before, inside or after its transaction"
    case machineRestarts = "the machine is off for minutes or hours"
    case leaseRunsOut = "a node is taken for dead while it works"
    case takesOver = "a new process takes the folder over"
    case twoNodesHold = "two nodes hold the same order"
    case clockForward = "clock jumps forward"
    case clockBack = "clock jumps back"
    case storeBusy = "store is busy"
    case storeFull = "store is full"
    case storeFails = "store's disk fails inside a transaction"
    case runsTwice = "a transaction is taken back and runs again"
    case storeClosed = "store takes no writes for a while"
    case commitInDoubt = "a commit's outcome is not told"
    case interleaved = "others act between two transactions of one step"
    case clientRepeats = "client repeats, same body"
    case clientRepeatsOtherwise = "client repeats, another body"
    case keyRevoked = "key revoked"
    case accountDisabled = "account switched off"
    case priceChanged = "price changed"
    case cardVoided = "card voided"
    case staffRetries = "staff retries an order"
    case staffRefunds = "staff refunds an order"
    case staffAdjusts = "staff pays a delivered order back"
    case staffSettles = "staff settles a case"
}

/// How often each fault was made.
public struct FaultCounts: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: Fault.allCases.count)

    public init() {}

    public subscript(_ fault: Fault) -> Int { counts[Self.index(fault)] }

    mutating func count(_ fault: Fault) { counts[Self.index(fault)] += 1 }

    public static func + (left: FaultCounts, right: FaultCounts) -> FaultCounts {
        var sum = left
        for index in sum.counts.indices { sum.counts[index] += right.counts[index] }
        return sum
    }

    private static let indices = Dictionary(
        uniqueKeysWithValues: Fault.allCases.enumerated().map { ($0.element, $0.offset) })

    private static func index(_ fault: Fault) -> Int { indices[fault] ?? 0 }
}
