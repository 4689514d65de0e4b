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

    /// What it sells and what is left of the shop's money there; nil where it tells neither, or does not answer.
    func standing() async -> OperatorStanding?
}

extension Operator {
    public func standing() async -> OperatorStanding? { nil }
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
    /// Whether it is let alone for a while when it does not answer; see ``Breaker``.
    public var hasBreaker: Bool

    public init(
        checksNumbers: Bool, isSafeToRepeat: Bool, settlingTime: Duration,
        deadline: Duration = Limits.attemptDeadline, firstAsk: Duration = .seconds(2), concurrency: Int = 32,
        hasBreaker: Bool = true
    ) {
        self.checksNumbers = checksNumbers
        self.isSafeToRepeat = isSafeToRepeat
        self.settlingTime = settlingTime
        self.deadline = deadline
        self.firstAsk = firstAsk
        self.concurrency = concurrency
        self.hasBreaker = hasBreaker
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
        /// Nothing was begun, try again later; nil where it names no time.
        case later(after: Duration?)
        /// It has the order and has not decided yet; `isQueued` where that will take hours.
        case pending(isQueued: Bool)
        /// Neither yes nor no, nor a word that it has the order.
        case unknown
        /// Only to ``Operator/ask(_:)``: it has no trace of the order.
        case neverSeen
    }

    public let outcome: Outcome
    /// Word for word but for what no store can hold, bounded, without the code.
    public let words: String
    /// Why it will do nothing for anybody until the owner does something; nil while there is nothing to do.
    public let trouble: OperatorTrouble?
    /// No connection could be made: nothing was sent, and the operator may be down.
    public let isUnreachable: Bool

    /// Whether it speaks for a breaker: an operator that refuses works, one that says nothing may not.
    public var isFault: Bool { outcome == .unknown && trouble == nil && !hasSpoken || isUnreachable }
    /// It was understood, though it does not say what became of the order: "too many questions", "I cannot tell".
    public let hasSpoken: Bool

    public init(
        _ outcome: Outcome, words: String, trouble: OperatorTrouble? = nil, isUnreachable: Bool = false,
        hasSpoken: Bool = false
    ) {
        self.outcome = outcome
        self.trouble = trouble
        self.isUnreachable = isUnreachable
        self.hasSpoken = hasSpoken
        // Counted in scalars: one character may have accents without end.
        let bounded = words.unicodeScalars.prefix(Limits.operatorWordsCharacters)
        self.words = String(String.UnicodeScalarView(bounded.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}

/// What keeps an operator from working for this shop, and only the owner can mend.
public enum OperatorTrouble: String, Hashable, Sendable {
    /// The shop's own money there does not suffice.
    case noMoney = "the money there does not suffice: pay in"
    /// It does not let the shop in: a key that is wrong, switched off or read-only, or an address that is not allowed.
    case notLetIn = "it does not let the shop in: check the key, its scope and the allowed addresses"
    /// Its answers would be made up, or it would take nothing.
    case wrongKey = "its key is of the sandbox, read-only or switched off: give it a read-write production key"
}

/// What an operator sells, for how much, and what is left of the shop's money there.
public struct OperatorStanding: Hashable, Sendable {
    public struct Offer: Hashable, Sendable {
        public let type: ServiceType
        public let value: Money
        /// What the shop pays there.
        public let cost: Money
        public let isAvailable: Bool

        public init(type: ServiceType, value: Money, cost: Money, isAvailable: Bool) {
            self.type = type
            self.value = value
            self.cost = cost
            self.isAvailable = isAvailable
        }
    }

    public let offers: [Offer]
    public let balance: Money?
    /// What keeps it from working for this shop, though it answers; nil where nothing is known to.
    public let trouble: OperatorTrouble?

    public init(offers: [Offer], balance: Money?, trouble: OperatorTrouble? = nil) {
        self.offers = offers
        self.balance = balance
        self.trouble = trouble
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
