import RasidBase

/// One additive step of a room's tables; numbered from 1 within its room and never changed once released.
public struct Migration: Sendable {
    public let room: String
    public let number: Int
    public let statements: [Statement]

    public init(room: String, number: Int, _ statements: String...) {
        self.room = room
        self.number = number
        self.statements = statements.map(Statement.init)
    }
}

/// Brings a store to the version that this program knows, inside one transaction.
enum Migrations {
    private static let table = Statement(
        """
        CREATE TABLE IF NOT EXISTS migrations (
            room TEXT NOT NULL,
            number {INT64} NOT NULL,
            PRIMARY KEY (room, number)
        ) {CLUSTERED}
        """)
    private static let select = Statement("SELECT room, number FROM migrations")
    private static let insert = Statement("INSERT INTO migrations (room, number) VALUES (?, ?)")

    /// - Throws: ``Refusal`` for a store that a newer version has written.
    static func apply(_ migrations: [Migration], in transaction: Transaction) throws {
        try transaction.run(table)
        for migration in try missing(migrations, in: transaction) {
            for statement in migration.statements { try transaction.run(statement) }
            try transaction.run(insert, [.text(migration.room), .integer(Int64(migration.number))])
        }
    }

    /// Those that a store with our tables has not got yet; it only reads.
    ///
    /// - Throws: ``Refusal`` for a store that a newer version has written.
    static func missing(_ migrations: [Migration], in transaction: Transaction) throws -> [Migration] {
        let applied = Set(try transaction.all(select) { Step(room: $0.text(0), number: Int($0.integer(1))) })
        let known = Set(migrations.map { Step(room: $0.room, number: $0.number) })
        precondition(known.count == migrations.count, "two migrations of one room have the same number")
        guard known.isSuperset(of: applied) else {
            throw Refusal(
                "This store was written by a newer version of Rasid: start that version, or a newer one.")
        }
        return migrations.filter { !applied.contains(Step(room: $0.room, number: $0.number)) }
    }

    private struct Step: Hashable {
        let room: String
        let number: Int
    }
}
