import RasidAccounts
import RasidBase
public import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock

/// A whole shop in one process from one seed: resellers, nodes, operators, staff, clock and store on virtual time.
///
/// Everything that decides what becomes of an order is the shop's own code; the simulation stands for the loops, the
/// network and the people around it, and calls it in an order and with faults that its dice choose. One task runs it
/// all, so a seed tells the same story every time.
public final class Simulation {
    /// What is played.
    public struct Plan: Hashable, Sendable {
        public let seed: UInt64
        public let orders: Int

        public init(seed: UInt64, orders: Int) {
            self.seed = seed
            self.orders = orders
        }
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public var orders = 0
        public var steps = 0
        public var checks = 0
        public var virtualTime = Duration.zero
        public var faults = FaultCounts()
        public var fingerprint: UInt64 = 0
        /// nil where everything held.
        public var violation: Violation?
    }

    struct FaultRate {
        var dying = 2
        var refusing = 4
        var filling = 6
        var interleaving = 40
    }

    static let values: [Money] = [.dinars(500), .dinars(1000), .dinars(2000)]
    /// Virtual milliseconds between two sales, on average.
    static let pace = 900
    private static let stepsBetweenWholeChecks = 1000

    let plan: Plan
    let store: any InlineDatabase
    let vault: Vault
    let time = VirtualTime()
    let identifiers: DicedIdentifiers
    var dice: Dice
    var agenda = Agenda()
    var story: Story
    var faults = FaultCounts()
    var faultRate = FaultRate()
    var model = Model()
    var nodes: [SimulatedNode] = []
    /// One process holds the folder, as on SQLite; else several nodes share the store.
    var isAlone = false
    var operators: [SimulatedOperator] = []
    var resellers: [Reseller] = []
    /// Every code that ever stood in a card file, and those that are known to have come in.
    var cardCodes: Set<String> = []
    var stockedCodes: Set<String> = []
    var prices = PriceHistory()
    var acknowledged: [Int: OrderID] = [:]
    var touched: [OrderID] = []
    var touchedWallets: [WalletID] = []
    var placed = 0
    var cardsMade = 0
    /// Of them, how many an import is known to have brought in.
    var cardsIn = 0
    var cashMoves = 0
    var callsInFlight = 0
    /// Who is calling an operator about which order.
    var holders: [OrderID: [Int]] = [:]
    /// Since when, on the monotonic clock, an open order has been 48 hours old.
    var overdue: [OrderID: Int64] = [:]
    var nextAgeCheck: Int64 = 0
    /// Why a transaction could not be, where one could not.
    var broken: String?
    /// No process runs before, on the monotonic clock.
    var isOffUntil: Int64 = 0
    /// Nothing may be settled by age before, on the monotonic clock.
    var noAgeBefore: Int64 = 0
    var refusesUntil: Int64 = 0
    private var nextWholeCheck = Simulation.stepsBetweenWholeChecks
    private var depth = 0

    var placing: Bool { placed < plan.orders }
    var isOver: Bool { !placing && callsInFlight == 0 && model.open.isEmpty }

    /// - Parameters:
    ///   - migrations: the whole schema.
    ///   - store: an empty one of another engine; nil for the embedded one, in memory. Its disk never fills up.
    ///   - listener: is told every line of the story.
    public init(
        _ plan: Plan, migrations: [Migration], store: (any InlineDatabase)? = nil, listener: ((String) -> Void)? = nil
    ) throws {
        self.plan = plan
        if store != nil { faultRate.filling = 0 }
        dice = Dice(seed: plan.seed)
        identifiers = DicedIdentifiers(seed: plan.seed ^ 0x5241_5349_4421)
        story = Story(listener: listener)
        self.store = try store ?? InlineSQLiteDatabase(path: ":memory:", migrations: migrations)
        vault = Vault.derived(from: plan.seed)
    }

    /// Plays until every order has ended.
    public func run() async throws -> Outcome {
        var outcome = Outcome()
        outcome.violation = await play()
        outcome.orders = model.sequence.count
        outcome.steps = story.steps
        outcome.checks = model.checks
        outcome.virtualTime = .milliseconds(time.monotonic)
        outcome.faults = faults
        outcome.fingerprint = story.fingerprint
        try store.close()
        return outcome
    }

    /// - Returns: what did not hold.
    func play() async -> Violation? {
        do {
            try openShop()
            while let (at, act) = agenda.next() {
                time.move(to: at)
                guard time.monotonic < longestStory else { throw Violation("\(model.open.count) orders never ended") }
                try await perform(act)
                if isOver, agenda.nextAt.map({ $0 > time.monotonic + 7_200_000 }) ?? true { break }
            }
            try await checkEverything()
            try checkEnd()
            try await endAudit()
            return nil
        } catch let violation as Violation {
            return violation
        } catch {
            // Whatever else comes out of a step was not meant to: it belongs to its seed, too.
            return Violation("\(error)")
        }
    }

    /// Milliseconds by which every order must have ended: 48 hours after the last sale, and a day for clocks set back.
    private var longestStory: Int64 { Int64(plan.orders * Self.pace) + 3 * 86_400_000 }

    private func perform(_ act: Agenda.Act) async throws {
        depth += 1
        defer { depth -= 1 }
        try await act()
        story.stepped()
        if let broken { throw Violation("a transaction cannot be done: \(broken)") }
        guard depth == 1 else { return }
        try checkTouched()
        if story.steps >= nextWholeCheck {
            nextWholeCheck = story.steps + Self.stepsBetweenWholeChecks
            try await checkEverything()
        }
    }

    /// Every acknowledged order is there, and the shop has sold: one that refuses everybody loses nothing either.
    private func checkEnd() throws {
        for (_, id) in acknowledged where model.orders[id] == nil {
            throw Violation("an acknowledged order is lost")
        }
        guard plan.orders < 100 || model.sequence.count * 10 >= plan.orders * 7 else {
            throw Violation("\(model.sequence.count) of \(plan.orders) sales were made")
        }
    }

    // MARK: What the others use

    func plan(in delay: Int64, _ act: @escaping Agenda.Act) {
        agenda.plan(at: time.monotonic + max(0, delay), act)
    }

    /// - Parameter word: what else must be the same in every telling.
    func tell(_ line: @autoclosure () -> String, _ kind: StaticString, _ subject: Int, _ word: String = "") {
        story.tell(line(), kind, subject, word, at: time.now)
    }

    /// Between two transactions of one step others come first: what a check saw may not be true any more.
    func interleave() async throws {
        guard depth < 3, dice.falls(faultRate.interleaving), let (at, act) = agenda.next(until: time.monotonic + 40)
        else { return }
        faults.count(.interleaved)
        time.move(to: at)
        try await perform(act)
    }

    func fateOfWrite() -> WriteFate {
        if time.monotonic < refusesUntil {
            return .closed
        }
        // Few writes need another page, so many must be kept from having one.
        if dice.falls(faultRate.filling) { return .full }
        guard dice.falls(faultRate.refusing) else { return .done }
        switch dice.below(11) {
        case 0:
            if dice.falls(150) { refusesUntil = time.monotonic + dice.milliseconds(100...40_000) }
            return .busy
        case 1..<3:
            return .failing(after: dice.below(12))
        case 3..<6:
            return .doubtful(isStored: dice.falls(500))
        case 6:
            return .diesBefore
        case 7:
            return .diesInside
        case 8:
            return .twice
        default:
            return .diesAfter
        }
    }
}
