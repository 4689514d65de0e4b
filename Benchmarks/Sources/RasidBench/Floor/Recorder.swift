import RasidBase
import RasidDatabase
import RasidOrders
import RasidSimulation
import RasidStock

/// What an order of the floor goes through.
enum FloorKind: String, CaseIterable {
    /// A sale in the sandbox.
    case send
    /// A sale in production, its card delivered and read.
    case whole
    /// A sale in production that reserves a card.
    case card

    var needsCards: Bool { self != .send }
}

/// What is replayed: one transaction a round, and what is read after it.
struct Score {
    struct Round {
        var writes: [Range<Int>] = []
        var looks: [Range<Int>] = []
    }

    let tape: Tape
    let rounds: [Round]
}

/// Sells by the real code on a store that records, and puts the score together.
struct Recorder {
    /// What the orders that share a transaction have run, step by step of their way.
    private struct Group {
        var sales: [Range<Int>] = []
        var due: [Range<Int>] = []
        var delivery: [Range<Int>] = []
        var readings: [Range<Int>] = []
        var reveals: [Range<Int>] = []
    }

    /// How dense ids lie in a busy shop.
    private static let ordersPerMillisecond = 16

    private let shop: FloorShop
    private let start: Timestamp
    private let tape: Tape
    private let database: RecordingDatabase
    private let orders: Orders
    private let reveals: Reveals
    private let time: BenchTime
    private let identifiers = SeededIdentifiers(seed: 2)
    private var dice = Dice(seed: 3)
    private var count = 0
    /// How many takes of the tape belong to groups.
    private var heard = 0

    /// - Parameter start: when the first order is placed.
    init(_ shop: FloorShop, tape: Tape, at start: Timestamp) {
        self.shop = shop
        self.start = start
        self.tape = tape
        database = RecordingDatabase(shop.database, tape: tape)
        time = BenchTime(start)
        orders = Orders(database: database, signals: OrderSignals(), time: time, identifiers: identifiers)
        reveals = Reveals(database: database, vault: shop.vault, time: time)
    }

    mutating func record(_ kind: FloorKind, orders count: Int, batch: Int) async throws -> Score {
        tape.erase()
        heard = 0
        var groups: [Group] = []
        for start in stride(from: 0, to: count, by: batch) {
            groups.append(try await group(kind, min(batch, count - start)))
        }
        return Score(tape: tape, rounds: Self.rounds(of: groups))
    }

    /// As a busy shop commits: sales together with the deliveries of those before and the first readings of those before
    /// them, each after the commit that it needs.
    private static func rounds(of groups: [Group]) -> [Score.Round] {
        func group(_ index: Int) -> Group { groups.indices.contains(index) ? groups[index] : Group() }
        let rounds = (0..<groups.count + 2).map { index in
            let (selling, delivering, reading) = (group(index), group(index - 1), group(index - 2))
            return Score.Round(
                writes: selling.sales + delivering.delivery + reading.reveals, looks: selling.due + delivering.readings)
        }
        return rounds.filter { !$0.writes.isEmpty }
    }

    private mutating func group(_ kind: FloorKind, _ size: Int) async throws -> Group {
        var group = Group()
        var sold: [OrderID: FloorShop.Reseller] = [:]
        for _ in 0..<size {
            let reseller = dice.pick(shop.resellers)
            sold[try await sell(to: reseller, in: kind == .send ? .sandbox : .production, &group)] = reseller
        }
        if kind == .whole {
            for order in try await deliver(size, &group) {
                guard let reseller = sold[order] else { throw Refusal("An order of an earlier group was delivered.") }
                try await read(order, by: reseller, &group)
            }
        }
        return group
    }

    private mutating func sell(
        to reseller: FloorShop.Reseller, in environment: ShopEnvironment, _ group: inout Group
    ) async throws -> OrderID {
        count += 1
        time.move(to: start.adding(.milliseconds(Int64(count / Self.ordersPerMillisecond))))
        let request = PlaceRequest(
            type: .adsl, number: "036362608", value: FloorShop.value, reference: "floor-\(count)", idempotencyKey: nil)
        let placed = try await orders.place(request, in: reseller.wallet(environment))
        group.sales += try takes(1)
        return placed.id
    }

    /// As the voucher loop does it.
    private mutating func deliver(_ count: Int, _ group: inout Group) async throws -> [OrderID] {
        let now = time.now
        let due = try await database.read { try Claims.reserved(.voucher, limit: count, at: now, in: $0) }
        group.due += try takes(1)
        let provisions = Provisions(due.count, identifiers: identifiers, now: now)
        let delivered = try await database.write { try Claims.deliverReserved(due, provisions, in: $0).map(\.id) }
        group.delivery += try takes(1)
        guard delivered.count == count else { throw Refusal("Of \(count) orders \(delivered.count) were delivered.") }
        return delivered
    }

    /// As `check-id` does it, for an order that it sees for the first time.
    private mutating func read(_ order: OrderID, by reseller: FloorShop.Reseller, _ group: inout Group) async throws {
        let found = try await orders.find(.id(order.description), in: reseller.wallet(.production))
        group.readings += try takes(1)
        guard let card = found.delivery?.card else { throw Refusal("A delivered order shows no card.") }
        guard try await reveals.codes(of: [card], for: reseller.key).count == 1 else {
            throw Refusal("A delivered card does not open.")
        }
        let opening = try takes(2)
        group.readings += opening.prefix(1)
        group.reveals += opening.suffix(1)
    }

    /// The closures that were run just now: so many, or the real code goes another way than this one thinks.
    private mutating func takes(_ count: Int) throws -> ArraySlice<Range<Int>> {
        let new = tape.takes[heard...]
        guard new.count == count else { throw Refusal("\(new.count) closures were run where \(count) were meant.") }
        heard = new.endIndex
        return new
    }
}
