import RasidBase
import RasidDatabase
import RasidOperators
import RasidOrders
import RasidStock
import RasidTesting
import Synchronization
import Testing

/// The contract's sandbox numbers (§6) from sale to end: what a client sees, and exactly when.
///
/// The steps of delivery are run one by one on the clock of the test; no loop, no thread and no waiting is involved.
struct SandboxStoryTests {
    private static let delay = Duration.seconds(3)

    /// One number and the words that its client sees, each with the number of sandbox delays after which it comes.
    struct Story: Sendable, CustomTestStringConvertible {
        let number: String
        let type: ServiceType
        let words: [Word]

        struct Word: Hashable, Sendable {
            let delays: Int64
            let status: OrderStatus
            var reason: RefundReason?
        }

        static let all = [
            ("0", [Word(delays: 1, status: .fulfilled)]),
            ("1", [Word(delays: 1, status: .refunded, reason: .numberRejected)]),
            ("2", [Word(delays: 1, status: .queued), Word(delays: 10, status: .fulfilled)]),
            (
                "3",
                [Word(delays: 1, status: .queued), Word(delays: 10, status: .refunded, reason: .operatorRejected)]
            ),
            ("4", [Word(delays: 2, status: .fulfilled)]),
            ("5", [Word(delays: 2, status: .refunded, reason: .operatorRejected)]),
            ("6", [Word(delays: 15, status: .fulfilled)]),
        ].flatMap { last, words in
            [
                Story(number: "00000000\(last)", type: .adsl, words: words),
                Story(number: "21300000000\(last)", type: .fourG, words: words),
            ]
        }

        var testDescription: String { number }
    }

    /// Time in which nobody waits: whoever sleeps moves the clock instead.
    private final class LeapingTime: TimeSource {
        private let wall: Mutex<Int64>
        init(_ start: Timestamp) { wall = Mutex(start.milliseconds) }
        var now: Timestamp { Timestamp(milliseconds: wall.withLock { $0 }) }
        var monotonic: Int64 { wall.withLock { $0 } }
        func sleep(for duration: Duration) async throws { wall.withLock { $0 += duration.milliseconds } }
    }

    /// A shop whose orders are carried out one event after the other.
    private struct Stage {
        let shop: TestShop
        let sealer: OperatorSealer
        var coming: [(at: Timestamp, answer: OperatorAnswer, assignment: Assignment)] = []

        init() async throws {
            shop = try await TestShop()
            sealer = OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers)
        }

        /// Does what is due now.
        mutating func play() async throws {
            let claim = Claims.Claim(operatorID: .simulator, node: NodeID(1), slots: 8, deadline: .seconds(60))
            let now = shop.provisions(0)
            for assignment in try shop.database.commit({ try Claims.take(claim, now, in: $0) }).recharges {
                try await call(assignment) { await $0.recharge($1) }
            }
            for assignment in try shop.database.commit({ try Claims.takeQuestions(claim, now, in: $0) }) {
                try await call(assignment) { await $0.ask($1) }
            }
            for due in coming where due.at <= shop.time.now { try await record(due.answer, to: due.assignment) }
            coming.removeAll { $0.at <= shop.time.now }
        }

        private mutating func call(
            _ assignment: Assignment, _ body: (Simulator, Job) async -> OperatorAnswer
        ) async throws {
            let time = LeapingTime(shop.time.now)
            let job = Job(
                order: assignment.order, number: assignment.number, value: assignment.value,
                placedAt: assignment.placedAt)
            let answer = await body(Simulator(delay: SandboxStoryTests.delay, time: time), job)
            coming.append((time.now, answer, assignment))
        }

        private func record(_ answer: OperatorAnswer, to assignment: Assignment) async throws {
            let word: OperatorWord
            switch answer.outcome {
            case .fulfilled(let receipt):
                let arrival = OperatorSealer.Arrival(
                    operatorID: .simulator, environment: .sandbox, product: assignment.product)
                let card = try await sealer.seal(receipt.code, arrival, at: shop.time.now)
                word = .yes(Receipt(transactionNumber: receipt.transactionNumber, card: card))
            case .refused(let reason): word = .no(reason)
            case .later(let after): word = .later(after)
            case .unknown, .neverSeen, .pending: word = .silence
            }
            let recorded = Answers.Answer(
                to: assignment, word, askAfter: SandboxStoryTests.delay, deadline: .seconds(60), saying: answer.words)
            let provisions = shop.provisions(1)
            _ = try shop.database.commit { try Answers.record(recorded, provisions, in: $0) }
        }
    }

    @Test(arguments: Story.all)
    func `a sandbox number tells its story to the end, word by word and in time`(story: Story) async throws {
        var stage = try await Stage()
        let shop = stage.shop
        let order = try await shop.place(story.number, story.type).id
        let start = shop.time.now
        var told: [Story.Word] = []
        while shop.time.now <= start.adding(Self.delay * 21) {
            // Twice, for what is recorded may be due again at once.
            for _ in 0..<2 { try await stage.play() }
            let seen = try await shop.order(order)
            if seen.status != told.last?.status ?? .handling {
                let delays = shop.time.now.since(start).milliseconds / Self.delay.milliseconds
                told.append(Story.Word(delays: delays, status: seen.status, reason: seen.refundReason))
            }
            shop.time.advance(by: .milliseconds(500))
        }
        #expect(told == story.words)
        #expect(told.last?.delays ?? .max <= 20)
        #expect(try await shop.audit().isClean)
        let isPaid = told.last?.status == .fulfilled
        #expect(try await shop.balance() == (isPaid ? .dinars(99_050) : .dinars(100_000)))
    }
}
