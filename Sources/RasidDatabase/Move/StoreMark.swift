public import RasidBase

public enum MoveTag {}
public typealias MoveID = ID<MoveTag>

/// What a store says of a move: that the shop has left it, or has not arrived whole yet. Either way nobody sells from it.
public struct StoreMark: Hashable, Sendable {
    public enum Kind: Int64, Sendable {
        /// The shop is elsewhere for good.
        case moved = 1
        /// A copy whose original may still be selling.
        case arriving = 2
    }

    public let kind: Kind
    /// Where the shop has gone to, or comes from; without a password.
    public let place: String
    /// The same in both stores of one move, and in no other.
    public let move: MoveID

    public static let migrations = [
        Migration(
            room: "store", number: 1,
            """
            CREATE TABLE store_mark (
                id {INT64} NOT NULL PRIMARY KEY CHECK (id = 1),
                kind {INT64} NOT NULL CHECK (kind IN (1, 2)),
                place TEXT NOT NULL,
                move_id {BYTES} NOT NULL,
                at {INT64} NOT NULL
            ) {STRICT}
            """)
    ]

    private static let select = Statement("SELECT kind, place, move_id FROM store_mark")
    private static let lock = Statement("SELECT kind, place, move_id FROM store_mark {LOCK}")
    private static let insert = Statement(
        """
        INSERT INTO store_mark (id, kind, place, move_id, at) VALUES (1, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, place = excluded.place, move_id = excluded.move_id,
            at = excluded.at
        """)
    private static let delete = Statement("DELETE FROM store_mark")

    public init(_ kind: Kind, _ place: String, _ move: MoveID) {
        self.kind = kind
        self.place = place
        self.move = move
    }

    /// - Returns: nil for a store that is a shop's one and only.
    public static func find(in transaction: Transaction) throws -> StoreMark? {
        try transaction.first(select, [], read)
    }

    public func set(at now: Timestamp, in transaction: Transaction) throws {
        try transaction.run(Self.insert, [.integer(kind.rawValue), .text(place), .id(move), .time(now)])
    }

    public static func clear(in transaction: Transaction) throws {
        try transaction.run(delete)
    }

    /// - Throws: ``Refusal`` for a store that nobody may sell from.
    public static func refuse(in transaction: Transaction) throws {
        if let mark = try find(in: transaction) { throw mark.refusal }
    }

    /// The same for a transaction that writes: it waits for a move that is under way, which holds this table.
    public static func refuseWrite(in transaction: Transaction) throws {
        if let mark = try transaction.first(lock, [], read) { throw mark.refusal }
    }

    /// Why nobody may sell from such a store, and what to do.
    public var refusal: Refusal {
        switch kind {
        case .moved: Refusal("This shop has moved to \(place): use it there.")
        case .arriving:
            Refusal("This is an unfinished copy of the shop in \(place): run the same 'rasid move' again to finish it.")
        }
    }

    private static func read(_ row: any Row) throws -> StoreMark {
        guard let kind = Kind(rawValue: row.integer(0)) else {
            throw StoreFailure.broken("a store with a mark that this version does not know")
        }
        return StoreMark(kind, row.text(1), try row.id(2))
    }
}
