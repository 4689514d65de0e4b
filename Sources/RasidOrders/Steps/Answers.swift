public import RasidBase
public import RasidDatabase
public import RasidStock

/// What an operator said, as the order understands it; only explicit words end an order (law 3).
public enum OperatorWord: Sendable {
    case yes(Receipt)
    case no(RefundReason)
    /// The operator's own "later": nothing was begun; nil where it names no time. `isUnable` where it cannot work for
    /// this shop at all until somebody mends that.
    case later(Duration?, isUnable: Bool = false)
    /// It has the order and has not decided yet; `isQueued` where that will take hours.
    case pending(isQueued: Bool)
    case silence
    /// Asked, the operator has no trace of it; `mayRepeat` if the same id twice is one recharge there. A recharge
    /// that was sent may stay unseen for `settlingTime` after its deadline.
    case neverSeen(mayRepeat: Bool, settlingTime: Duration)
}

/// How an operator's answer is recorded, in one transaction that also moves money and card.
public enum Answers {
    /// An answer and what it answers.
    public struct Answer: Sendable {
        public let assignment: Assignment
        public let word: OperatorWord
        /// How long to wait before the first question, if one is needed.
        public let askAfter: Duration
        /// How long a repeated attempt may take.
        public let deadline: Duration
        /// The operator's own words, bounded, without a code.
        public let saying: String
        /// When the question was put; nil for just now. What was true then may be kept only later.
        public let askedAt: Timestamp?

        public init(
            to assignment: Assignment, _ word: OperatorWord, askAfter: Duration, deadline: Duration, saying: String,
            askedAt: Timestamp? = nil
        ) {
            self.askedAt = askedAt
            self.assignment = assignment
            self.word = word
            self.askAfter = askAfter
            self.deadline = deadline
            self.saying = saying
        }
    }

    /// What became of the order.
    public struct Outcome: Sendable {
        public let order: Order
        public let didChange: Bool
        /// The attempt that must be made at once, where the operator has never seen the order.
        public let again: Assignment?
        /// Whose the order is now, where it went on to another operator.
        public let passedTo: OperatorID?

        public var status: OrderStatus { order.status }
    }

    public static func record(
        _ answer: Answer, _ provisions: Provisions, in transaction: Transaction
    ) throws -> Outcome {
        guard var row = try OrderRow.lock(answer.assignment.order, transaction) else {
            throw StoreFailure.broken("an answer came for an order that is not in the store")
        }
        let (before, operatorID) = (row.machine, row.operatorID)
        var step = OrderStep(transaction, provisions)
        let note = "attempt \(answer.assignment.attempt): \(answer.saying)"
        switch answer.word {
        case .yes(let receipt):
            let code = try novelty(of: receipt, for: row, transaction)
            let isToldBefore = try code == .foreign && Cases.isWaiting(.knownCode, row.id, transaction)
            try step.apply(
                .yes(attempt: answer.assignment.attempt, code: code), to: &row, receipt: receipt, note: note)
            if !isToldBefore { try keepUnsold(receipt, code, row, transaction) }
        case _ where operatorID != answer.assignment.operatorID && !before.state.isFinal:
            // The order went on to somebody else: only a yes of the one before is more than a note.
            try Evidence.keep(note, of: row.id, attempt: before.attempt, at: provisions.now, transaction)
        default:
            try giveBack(answer, row, transaction)
            try step.apply(event(for: answer, row, provisions.now, transaction), to: &row, note: note)
        }
        let isRepeated = row.machine.state == .sent && row.machine.attempt > before.attempt
        return Outcome(
            order: Order(row),
            didChange: row.machine.state != before.state || row.machine.queuedAt != before.queuedAt,
            again: isRepeated ? Assignment(row) : nil, passedTo: row.operatorID == operatorID ? nil : row.operatorID)
    }

    /// What was not bought does not count towards the operator's day.
    private static func giveBack(_ answer: Answer, _ row: OrderRow, _ transaction: Transaction) throws {
        switch (answer.word, row.machine.state) {
        case (.no, .sent), (.no, .unknown), (.later, .sent):
            guard row.machine.attempt == answer.assignment.attempt else { return }
            try SupplierBudget.giveBack(
                row.value, at: row.operatorID, on: row.machine.since.dayInAlgiers, in: transaction)
        default:
            return
        }
    }

    private static func event(
        for answer: Answer, _ row: OrderRow, _ now: Timestamp, _ transaction: Transaction
    ) throws -> OrderMachine.Event {
        let attempt = answer.assignment.attempt
        switch answer.word {
        case .yes:
            throw StoreFailure.broken("a yes has a way of its own")
        case .no(let reason):
            return .no(
                attempt: attempt, reason: reason,
                hasAnotherRoute: try OrderStep.nextRoute(after: row, now, transaction) != nil)
        case .later(let after, let isUnable):
            return .later(
                attempt: attempt, after: after,
                hasAnotherRoute: try isUnable && OrderStep.nextRoute(after: row, now, transaction) != nil)
        case .pending(let isQueued):
            return .pending(attempt: attempt, isQueued: isQueued, askAfter: answer.askAfter)
        case .silence:
            return .silence(attempt: attempt, askAfter: answer.askAfter)
        case .neverSeen(let mayRepeat, let settlingTime):
            // The attempt began before it was in doubt, so its deadline is at most this far away.
            let isSettled = (answer.askedAt ?? now) >= row.machine.since.adding(answer.deadline + settlingTime)
            return .neverSeen(
                attempt: attempt, mayRepeat: mayRepeat && isSettled, askAfter: answer.askAfter,
                deadline: now.adding(answer.deadline))
        }
    }

    private static func novelty(
        of receipt: Receipt, for row: OrderRow, _ transaction: Transaction
    ) throws -> OrderMachine.Code {
        guard let card = receipt.card else { return row.machine.state == .fulfilled ? .repeated : .fresh }
        guard let known = try Cards.known(card, transaction) else { return .fresh }
        return row.machine.state == .fulfilled && known == row.card ? .repeated : .foreign
    }

    /// A code that did not fulfil its order is kept as evidence and never sold.
    private static func keepUnsold(
        _ receipt: Receipt, _ code: OrderMachine.Code, _ row: OrderRow, _ transaction: Transaction
    ) throws {
        guard let card = receipt.card, row.card != card.id, code != .repeated else { return }
        try Cards.addSuspect(card, for: row.id, isKnown: code == .foreign, transaction)
    }
}
