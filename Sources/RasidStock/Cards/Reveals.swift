public import RasidBase
public import RasidDatabase
import Synchronization

/// Opens codes for the keys of their owner, and keeps account of every opening (law 4).
///
/// The first opening of a card by a key is committed before the code is shown. Repeats are counted in memory
/// and written at most once a minute by ``flush()``.
public final class Reveals: Sendable {
    private struct Opening: Hashable {
        let card: CardID
        let key: KeyID
    }

    private static let select = Statement(
        """
        SELECT cards.sealed, cards.product_id, cards.batch_id, batches.data_key, reveals.count
        FROM cards JOIN batches ON batches.id = cards.batch_id
        LEFT JOIN reveals ON reveals.card_id = cards.id AND reveals.key_id = ?
        WHERE cards.id = ?
        """)
    private static let insert = Statement(
        """
        INSERT INTO reveals (card_id, key_id, first_at, last_at, count) VALUES (?, ?, ?, ?, 1)
        ON CONFLICT (card_id, key_id) DO NOTHING
        """)
    private static let raise = Statement(
        "UPDATE reveals SET count = count + ?, last_at = ? WHERE card_id = ? AND key_id = ?")
    private static let countedOpenings = 100_000

    private let database: any Database
    private let vault: Vault
    private let keys: DataKeys
    private let time: any TimeSource
    private let repeats = Mutex<[Opening: Int64]>([:])
    /// Cards whose first opening by that key is known to be stored; they stay sealed.
    private let opened = Mutex(RecentMap<Opening, Sealed>(capacity: Limits.keptOpenedCards))

    public init(database: any Database, vault: Vault, time: any TimeSource) {
        self.database = database
        self.vault = vault
        self.time = time
        keys = DataKeys(vault)
    }

    /// Opens cards for the owner of `key`; the caller has made sure that the cards are the owner's.
    ///
    /// - Parameter failed: told of every card that stays shut, and why; what it throws ends the whole call.
    public func codes(
        of cards: [CardID], for key: KeyID, orElse failed: (CardID, any Error) throws -> Void
    ) async rethrows -> [CardID: String] {
        var shown = known(cards, to: key)
        if shown.count < cards.count {
            let others = cards.filter { card in !shown.contains { $0.card == card } }
            let found = try await find(others, for: key, orElse: failed)
            let unseen = found.filter { !$0.wasOpened }
            let refusal = await record(unseen.map(\.card), for: key)
            if let refusal { for item in unseen { try failed(item.card, refusal) } }
            let openable = refusal == nil ? found : found.filter(\.wasOpened)
            remember(openable, by: key)
            shown += openable
        }
        for item in shown where item.wasOpened { count(Opening(card: item.card, key: key)) }
        return try open(shown, orElse: failed)
    }

    private func known(_ cards: [CardID], to key: KeyID) -> [Sealed] {
        opened.withLock { opened in
            cards.compactMap { opened.update(Opening(card: $0, key: key)) { $0 } }
        }
    }

    private func remember(_ cards: [Sealed], by key: KeyID) {
        opened.withLock { opened in
            for var item in cards {
                item.wasOpened = true
                opened.insert(item, for: Opening(card: item.card, key: key))
            }
        }
    }

    /// All of them, or none.
    public func codes(of cards: [CardID], for key: KeyID) async throws -> [CardID: String] {
        try await codes(of: cards, for: key) { throw $1 }
    }

    /// The last four characters behind asterisks: not an opening (contract §4, masked keys).
    public func lastFour(
        of cards: [CardID], orElse failed: (CardID, any Error) throws -> Void
    ) async rethrows -> [CardID: String] {
        try open(await find(cards, for: KeyID(0), orElse: failed), orElse: failed).mapValues(Self.masked)
    }

    /// All of them, or none.
    public func lastFour(of cards: [CardID]) async throws -> [CardID: String] {
        try await lastFour(of: cards) { throw $1 }
    }

    /// Writes the counted repeats, a few hundred in each transaction; those that the store refuses are kept.
    public func flush() async throws {
        let counted = repeats.withLock { repeats in
            defer { repeats = [:] }
            return repeats
        }.sorted { Self.comesFirst($0.key.card, $1.key.card) }
        let now = time.now
        for start in stride(from: 0, to: counted.count, by: Limits.countedRevealsPerWrite) {
            let some = counted[start...].prefix(Limits.countedRevealsPerWrite)
            do {
                try await database.write { transaction in
                    for (opening, count) in some {
                        try transaction.run(
                            Self.raise,
                            [.integer(count), .time(now), .id(opening.card), .integer(opening.key.number)])
                    }
                }
            } catch {
                for (opening, times) in counted[start...] { count(opening, times: times) }
                throw error
            }
        }
    }

    /// Whoever writes of several cards does so in this order, so that no two nodes lock each other out.
    private static func comesFirst(_ left: CardID, _ right: CardID) -> Bool {
        (left.seconds, left.random) < (right.seconds, right.random)
    }

    /// At most four characters stay, and never the whole of a short code.
    static func masked(_ code: String) -> String {
        let shown = min(4, code.count / 2)
        return String(repeating: "*", count: code.count - shown) + code.suffix(shown)
    }

    private struct Sealed: Sendable {
        let card: CardID
        let sealed: [UInt8]
        let product: ProductID
        let batch: BatchNumber
        let wrappedKey: [UInt8]
        var wasOpened: Bool
    }

    private static func sealed(
        _ card: CardID, for key: KeyID, _ transaction: Transaction
    ) throws -> Result<Sealed, StoreFailure> {
        let found = try transaction.first(select, [.integer(key.number), .id(card)]) { row in
            Sealed(
                card: card, sealed: row.bytes(0), product: ProductID(row.integer(1)),
                batch: BatchNumber(row.integer(2)), wrappedKey: row.bytes(3), wasOpened: !row.isNull(4))
        }
        return found.map { .success($0) } ?? .failure(.broken("a delivered order's card is missing"))
    }

    private func find(
        _ cards: [CardID], for key: KeyID, orElse failed: (CardID, any Error) throws -> Void
    ) async rethrows -> [Sealed] {
        let outcomes: [Result<Sealed, StoreFailure>]
        do {
            outcomes = try await database.read { transaction in
                try cards.map { try Self.sealed($0, for: key, transaction) }
            }
        } catch {
            for card in cards { try failed(card, error) }
            return []
        }
        var found: [Sealed] = []
        for (card, outcome) in zip(cards, outcomes) {
            switch outcome {
            case .success(let item): found.append(item)
            case .failure(let failure): try failed(card, failure)
            }
        }
        return found
    }

    /// Writes down that these cards are opened for the first time, all in one transaction.
    ///
    /// - Returns: why they are not; nil if they are.
    private func record(_ cards: [CardID], for key: KeyID) async -> (any Error)? {
        guard !cards.isEmpty else { return nil }
        let now = time.now
        do {
            try await database.write { transaction in
                for card in cards.sorted(by: Self.comesFirst) {
                    try transaction.run(Self.insert, [.id(card), .integer(key.number), .time(now), .time(now)])
                }
            }
            return nil
        } catch {
            return error
        }
    }

    private func open(
        _ found: [Sealed], orElse failed: (CardID, any Error) throws -> Void
    ) rethrows -> [CardID: String] {
        var codes: [CardID: String] = [:]
        for item in found {
            do { codes[item.card] = try open(item) } catch { try failed(item.card, error) }
        }
        return codes
    }

    private func open(_ item: Sealed) throws -> String {
        let key = try keys.key(of: item.batch, wrapped: item.wrappedKey)
        return try vault.open(item.sealed, card: item.card, product: item.product, with: key)
    }

    private func count(_ opening: Opening, times: Int64 = 1) {
        repeats.withLock { repeats in
            guard repeats.count < Self.countedOpenings || repeats[opening] != nil else { return }
            repeats[opening, default: 0] += times
        }
    }
}
