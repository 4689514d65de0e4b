public import RasidBase

/// Somebody outside who recharges: called by the dispatcher, never inside a transaction (law 2).
///
/// A call is cancelled at its deadline and must then let go of its connection. What cannot be understood is
/// ``OperatorAnswer/Outcome/unknown``, never a refusal (law 3).
public protocol Operator: Sendable {
    var capabilities: OperatorCapabilities { get }

    /// Whether a number is one of its subscribers.
    func check(_ number: ServiceNumber) async -> SubscriberWord

    /// Recharges once; the job's order id is what makes a repeat recognisable.
    func recharge(_ job: Job) async -> OperatorAnswer

    /// What became of an earlier ``recharge(_:)``; changes nothing.
    func ask(_ job: Job) async -> OperatorAnswer
}

/// What an operator can do and how it likes to be treated.
public struct OperatorCapabilities: Hashable, Sendable {
    public var checksNumbers: Bool
    /// The same order id twice is one recharge there.
    public var isSafeToRepeat: Bool
    /// How long it may take until a recharge that was sent can be seen by asking.
    public var settlingTime: Duration
    /// When a call is given up and its connection closed.
    public var deadline: Duration
    /// The pause before the first question about a lost answer.
    public var firstAsk: Duration
    /// How many calls may run at once.
    public var concurrency: Int

    public init(
        checksNumbers: Bool, isSafeToRepeat: Bool, settlingTime: Duration,
        deadline: Duration = Limits.attemptDeadline, firstAsk: Duration = .seconds(2), concurrency: Int = 32
    ) {
        self.checksNumbers = checksNumbers
        self.isSafeToRepeat = isSafeToRepeat
        self.settlingTime = settlingTime
        self.deadline = deadline
        self.firstAsk = firstAsk
        self.concurrency = concurrency
    }
}

/// What an operator is told of an order.
public struct Job: Hashable, Sendable {
    public let order: OrderID
    public let number: ServiceNumber
    public let value: Money
    public let placedAt: Timestamp

    public init(order: OrderID, number: ServiceNumber, value: Money, placedAt: Timestamp) {
        self.order = order
        self.number = number
        self.value = value
        self.placedAt = placedAt
    }
}

/// An operator's answer: what it means, and its own words for staff.
public struct OperatorAnswer: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case fulfilled(OperatorReceipt)
        case refused(RefundReason)
        /// Not now; nil where it names no time.
        case later(after: Duration?)
        /// Neither yes nor no.
        case unknown
        /// Only to ``Operator/ask(_:)``: it has no trace of the order.
        case neverSeen
    }

    public let outcome: Outcome
    /// Word for word but for what no store can hold, bounded, without the code.
    public let words: String

    public init(_ outcome: Outcome, words: String) {
        self.outcome = outcome
        // Counted in scalars: one character may have accents without end.
        let bounded = words.unicodeScalars.prefix(Limits.operatorWordsCharacters)
        self.words = String(String.UnicodeScalarView(bounded.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}

/// What an operator hands over with its yes.
public struct OperatorReceipt: Hashable, Sendable {
    public let transactionNumber: String
    /// The code as it came; sealed before anything else is done with it.
    public let code: String

    public init(transactionNumber: String, code: String) {
        self.transactionNumber = transactionNumber
        self.code = code
    }

    /// The operator's answer is input: a code or number that no card could bear is not understood (law 3).
    public var isPlausible: Bool {
        (1...Limits.codeCharacters).contains(code.utf8.count)
            && code.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            && (1...Limits.transactionNumberCharacters).contains(transactionNumber.unicodeScalars.count)
            && transactionNumber.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

/// What an operator says of a number.
public enum SubscriberWord: Hashable, Sendable {
    /// - Parameter clientNumber: in full; masked before it is shown.
    case subscriber(clientNumber: String, offer: String?)
    case notASubscriber
    case cannotTell
}
