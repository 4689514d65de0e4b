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

    /// Whether the database has a shop in it; makes nothing.
    ///
    /// - Throws: ``Refusal`` that says what is wrong and what to do.
    static func holdsShop(_ url: DatabaseURL) throws -> Bool {
        try inTransaction(url, isReadOnly: true) { transaction in
            let tables = try tables(transaction)
            guard tables.all == 0 || tables.ours == 1 else { throw foreign }
            return tables.ours == 1
        }
    }

    /// - Returns: the name of the schema that holds the tables.
    /// - Throws: ``Refusal`` that says what is wrong and what to do.
    static func prepare(_ url: DatabaseURL, migrations: [Migration]) throws -> String {
        try inTransaction(url, isReadOnly: false) { transaction in
            try transaction.run(lock)
            let tables = try tables(transaction)
            guard tables.all == 0 || tables.ours == 1 else { throw foreign }
            let isCurrent = try tables.ours == 1 && Migrations.missing(migrations, in: transaction).isEmpty
            if !isCurrent { try Migrations.apply(migrations, in: transaction) }
            return try transaction.first(name) { $0.text(0) } ?? ""
        }
    }

    private static let foreign = Refusal(
        "That database belongs to another program: give its user an empty one, or a schema of its own.")

    private static func tables(_ transaction: Transaction) throws -> (all: Int64, ours: Int64) {
        try transaction.first(countTables) { (all: $0.integer(0), ours: $0.integer(1)) } ?? (0, 0)
    }

    private static func inTransaction<Answer>(
        _ url: DatabaseURL, isReadOnly: Bool, _ body: (Transaction) throws -> Answer
    ) throws -> Answer {
        let connection = try connect(url)
        do {
            try connection.begin(isReadOnly: isReadOnly)
            let answer = try body(Transaction(connection))
            try connection.commit()
            return answer
        } catch {
            connection.rollback()
            guard let failure = error as? StoreFailure else { throw error }
            throw Refusal(
                "The database cannot be prepared: \(failure.cause). Give its user an empty database, or a schema, of its own."
            )
        }
    }

    private static func connect(_ url: DatabaseURL) throws -> PostgresConnection {
        let connection: PostgresConnection
        do {
            connection = try PostgresConnection(url)
        } catch let failure as StoreFailure {
            throw Refusal(
                "The database \(url) cannot be reached: \(failure.cause). Check host, port, database, user and password of "
                    + "its URL.")
        }
        guard connection.serverVersion >= Limits.oldestPostgres * 10_000 else {
            throw Refusal(
                "PostgreSQL \(Limits.oldestPostgres) or later is needed, and this is \(connection.serverVersion / 10_000)."
            )
        }
        try connection.limit(statements: Limits.statementTime)
        return connection
    }
}

extension StoreFailure {
    var cause: String {
        switch self {
        case .unavailable(let cause), .inDoubt(let cause), .broken(let cause): cause
        }
    }
}
