import RasidBase
import RasidOperators
import RasidOrders
import RasidStock

/// Somebody outside who recharges, remembers what he really did, and tells it badly.
final class SimulatedOperator {
    /// What really became of an order there.
    struct Truth {
        var code: String
        var transactionNumber: String
        /// nil while nothing was begun.
        var end: OperatorAnswer.Outcome?
        /// How many recharges the line got: more than one is money lost.
        var recharges = 0
        /// From when on a question finds it.
        var seenFrom: Int64 = 0
        /// It has said no, "later" or "never seen" of something that it did all the same.
        var hasLied = false
        /// Every no that the shop has really heard of it.
        var refusals: Set<RefundReason> = []
        /// Every code that it has named for the order, rightly or not.
        var named: Set<String> = []
        var isMute = false
        /// It says "later" until the shop gives up.
        var isPutOff = false
    }

    /// One word on its way to the shop.
    struct Word {
        let delay: Int64
        let answer: OperatorAnswer
    }

    /// What a call brings: nothing until its deadline, or a word; and words that come unasked.
    struct Reaction {
        var reply: Word?
        var unasked: [Word] = []
    }

    let id: OperatorID
    let name: String
    let needsCard: Bool
    let capabilities: OperatorCapabilities
    private(set) var truths: [OrderID: Truth] = [:]
    private(set) var codes: [String] = []
    private var downUntil: Int64 = 0
    private var isDownMet = false

    init(_ id: OperatorID, _ name: String, needsCard: Bool, isSafeToRepeat: Bool, settlingTime: Duration) {
        self.id = id
        self.name = name
        self.needsCard = needsCard
        capabilities = OperatorCapabilities(
            checksNumbers: false, isSafeToRepeat: isSafeToRepeat, settlingTime: settlingTime, concurrency: 8)
    }

    func goDown(until moment: Int64) {
        downUntil = moment
        isDownMet = false
    }

    func truth(of order: OrderID) -> Truth? { truths[order] }

    /// The shop is about to record a word.
    func isHeard(_ answer: OperatorAnswer, of order: OrderID) {
        if case .refused(let reason) = answer.outcome { truths[order]?.refusals.insert(reason) }
    }

    private var deadline: Int { Int(capabilities.deadline.milliseconds) }

    // MARK: What it does

    func recharge(_ job: Job, at now: Int64, _ dice: inout Dice, _ faults: inout FaultCounts) -> Reaction {
        if let closed = closed(at: now, &dice, &faults) { return closed }
        if dice.falls(8) {
            faults.count(.requestLost)
            return Reaction()
        }
        if dice.falls(8) {
            faults.count(.tooManyRequests)
            let pause: Duration? = dice.falls(500) ? .seconds(dice.below(60) + 1) : nil
            return reply(OperatorAnswer(.later(after: pause), words: "429 too many requests"), &dice)
        }
        var truth = truths[job.order] ?? fresh(&dice)
        if truth.isPutOff {
            if truths.updateValue(truth, forKey: job.order) == nil { faults.count(.putOff) }
            return reply(OperatorAnswer(.later(after: nil), words: "later, as ever"), &dice)
        }
        if truth.end == nil {
            if dice.falls(40) {
                let pause: Duration? = dice.falls(300) ? nil : .seconds(30 + dice.below(1200))
                return reply(OperatorAnswer(.later(after: pause), words: "later"), &dice)
            }
            begin(&truth, at: now, &dice)
        } else if !capabilities.isSafeToRepeat, truth.recharges > 0 {
            truth.recharges += 1
        }
        let reaction = tell(&truth, of: job, &dice, &faults)
        truths[job.order] = truth
        return reaction
    }

    func ask(_ job: Job, at now: Int64, _ dice: inout Dice, _ faults: inout FaultCounts) -> Reaction {
        if let closed = closed(at: now, &dice, &faults) { return closed }
        guard var truth = truths[job.order], truth.end != nil, now >= truth.seenFrom else {
            return reply(OperatorAnswer(.neverSeen, words: "never seen"), &dice)
        }
        if truth.isMute {
            faults.count(.neverAnswers)
            return reply(OperatorAnswer(.unknown, words: "cannot say"), &dice)
        }
        let reaction = tell(&truth, of: job, &dice, &faults)
        truths[job.order] = truth
        return reaction
    }

    private func closed(at now: Int64, _ dice: inout Dice, _ faults: inout FaultCounts) -> Reaction? {
        guard now >= downUntil else {
            if !isDownMet { faults.count(.operatorDown) }
            isDownMet = true
            return Reaction()
        }
        guard dice.falls(6) else { return nil }
        faults.count(.unavailable)
        return reply(OperatorAnswer(.unknown, words: "503 unavailable"), &dice)
    }

    private func fresh(_ dice: inout Dice) -> Truth {
        let number = String(codes.count + 1)
        let padded = String(repeating: "0", count: max(0, 14 - number.count)) + number
        let code = "\(id.number)9" + padded
        codes.append(code)
        return Truth(
            code: code, transactionNumber: "T\(id.number)-\(number)", named: [code], isPutOff: dice.falls(3))
    }

    private func begin(_ truth: inout Truth, at now: Int64, _ dice: inout Dice) {
        truth.seenFrom = now + dice.milliseconds(0...Int(capabilities.settlingTime.milliseconds))
        truth.isMute = dice.falls(3)
        if dice.falls(110) {
            truth.end = .refused(dice.pick([.numberRejected, .operatorRejected, .outOfStock]))
        } else {
            truth.end = .fulfilled(OperatorReceipt(transactionNumber: truth.transactionNumber, code: truth.code))
            truth.recharges += 1
        }
    }

    // MARK: What it says

    private func reply(_ answer: OperatorAnswer, _ dice: inout Dice) -> Reaction {
        Reaction(reply: Word(delay: dice.milliseconds(20...3000), answer: answer))
    }

    private func plainly(_ truth: Truth) -> OperatorAnswer {
        switch truth.end {
        case .refused(let reason)?:
            return OperatorAnswer(.refused(reason), words: "no: \(reason.rawValue)")
        case let end?:
            return OperatorAnswer(end, words: "yes")
        case nil:
            return OperatorAnswer(.neverSeen, words: "never seen")
        }
    }

    private func tell(
        _ truth: inout Truth, of job: Job, _ dice: inout Dice, _ faults: inout FaultCounts
    ) -> Reaction {
        let answer = plainly(truth)
        var reaction = reply(answer, &dice)
        switch dice.below(1000) {
        case 0..<25:
            faults.count(.answerLost)
            reaction.reply = nil
        case 25..<40:
            faults.count(.answerLate)
            reaction.reply = nil
            reaction.unasked = [Word(delay: Int64(deadline) + dice.milliseconds(1...600_000), answer: answer)]
        case 40..<55:
            faults.count(.answerTwice)
            reaction.unasked = [Word(delay: dice.milliseconds(3000...900_000), answer: answer)]
        case 55..<60:
            faults.count(.answersOutOfOrder)
            reaction.unasked = [
                Word(
                    delay: dice.milliseconds(3000...200_000),
                    answer: OperatorAnswer(.later(after: .seconds(30)), words: "later, said earlier"))
            ]
        case 60..<70:
            contradict(&truth, &reaction, &dice, &faults)
        case 70..<78:
            mistake(&truth, &reaction, &dice, &faults)
        case 78..<86:
            faults.count(.garbage)
            reaction.reply = garbage(truth, &dice)
        case 86..<92:
            faults.count(.truncated)
            reaction = reply(OperatorAnswer(.unknown, words: "the answer ends in the middle"), &dice)
        default:
            break
        }
        return reaction
    }

    private func contradict(
        _ truth: inout Truth, _ reaction: inout Reaction, _ dice: inout Dice, _ faults: inout FaultCounts
    ) {
        let said = plainly(truth)
        let delay = dice.milliseconds(4000...7_200_000)
        if case .fulfilled = said.outcome {
            faults.count(.yesAfterNo)
            truth.hasLied = true
            reaction = reply(OperatorAnswer(.refused(.operatorRejected), words: "no, wrongly"), &dice)
            reaction.unasked = [Word(delay: delay, answer: said)]
        } else {
            faults.count(.noAfterYes)
            let wrong = OperatorAnswer(
                .fulfilled(OperatorReceipt(transactionNumber: truth.transactionNumber, code: truth.code)),
                words: "yes, wrongly")
            reaction = reply(wrong, &dice)
            reaction.unasked = [Word(delay: delay, answer: said)]
            // The line got nothing, but the code that was handed out is a code of this order.
            truth.hasLied = true
        }
    }

    /// A code that is somebody else's.
    private func mistake(
        _ truth: inout Truth, _ reaction: inout Reaction, _ dice: inout Dice, _ faults: inout FaultCounts
    ) {
        guard case .fulfilled? = truth.end else { return }
        let isFromStock = dice.falls(400) && !stockCodes.isEmpty
        let pool = isFromStock ? stockCodes : codes.filter { $0 != truth.code }
        guard !pool.isEmpty else { return }
        faults.count(isFromStock ? .knownCode : .foreignCode)
        let code = dice.pick(pool)
        truth.named.insert(code)
        let receipt = OperatorReceipt(transactionNumber: truth.transactionNumber, code: code)
        reaction = reply(OperatorAnswer(.fulfilled(receipt), words: "yes, with another code"), &dice)
    }

    private func garbage(_ truth: Truth, _ dice: inout Dice) -> Word {
        let code = dice.pick(["", " ", "12\u{7}34", "ﺭﺻﻴﺪ", String(repeating: "9", count: 65)])
        let receipt = OperatorReceipt(transactionNumber: truth.transactionNumber, code: code)
        return Word(delay: dice.milliseconds(20...2000), answer: OperatorAnswer(.fulfilled(receipt), words: "garbage"))
    }

    /// Codes of imported cards, which a mistake may hand out.
    private var stockCodes: [String] = []

    func learn(stockCodes codes: [String]) { stockCodes += codes }
}
