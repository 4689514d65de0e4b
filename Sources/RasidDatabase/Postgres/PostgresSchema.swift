import RasidBase

/// Takes an empty database, or one of ours, to the version that this program knows; whoever comes first does it.
enum PostgresSchema {
    // "RSID" as a number, as in the header of the embedded store.
    private static let lock = Statement("SELECT pg_advisory_xact_lock(1381189956)")
    private static let countTables = Statement(
        """
        SELECT count(*), coalesce(sum(CASE WHEN relname = 'migrations' THEN 1 ELSE 0 END), 0) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        """)

    private static let name = Statement("SELECT current_schema()::text")

    /// - Returns: the name of the schema that holds the tables.
    /// - Throws: ``Refusal`` that says what is wrong and what to do.
    static func prepare(_ url: String, migrations: [Migration]) throws -> String {
        let connection: PostgresConnection
        do {
            connection = try PostgresConnection(url)
        } catch let failure as StoreFailure {
            throw Refusal(
                "The database cannot be reached: \(failure.cause). Check host, port, database, user and password of its URL."
            )
        }
        guard connection.serverVersion >= Limits.oldestPostgres * 10_000 else {
            throw Refusal(
                "PostgreSQL \(Limits.oldestPostgres) or later is needed, and this is \(connection.serverVersion / 10_000)."
            )
        }
        do {
            try connection.begin(isReadOnly: false)
            let transaction = Transaction(connection)
            try bring(transaction, to: migrations)
            let schema = try transaction.first(name) { $0.text(0) } ?? ""
            try connection.commit()
            return schema
        } catch {
            connection.rollback()
            guard let failure = error as? StoreFailure else { throw error }
            throw Refusal(
                "The database cannot be prepared: \(failure.cause). Give its user an empty database, or a schema, of its own."
            )
        }
    }

    private static func bring(_ transaction: Transaction, to migrations: [Migration]) throws {
        try transaction.run(lock)
        let tables = try transaction.first(countTables) { (all: $0.integer(0), ours: $0.integer(1)) }
        guard let tables, tables.all == 0 || tables.ours == 1 else {
            throw Refusal(
                "That database belongs to another program: give its user an empty one, or a schema of its own.")
        }
        try Migrations.apply(migrations, in: transaction)
    }
}

extension StoreFailure {
    var cause: String {
        switch self {
        case .unavailable(let cause), .inDoubt(let cause), .broken(let cause): cause
        }
    }
}
