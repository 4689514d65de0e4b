import RasidBase

/// Takes an empty database, or one of ours, to the version that this program knows; whoever comes first does it.
enum PostgresSchema {
    // "RSID" as a number, as in the header of the embedded store.
    private static let lock = Statement("SELECT pg_advisory_xact_lock(1381189956)")
    /// Held by each session that writes, as long as it lives: how the sessions of one shop are told from others'.
    static let holdSession = Statement(
        "SELECT pg_advisory_lock_shared(1381189956, hashtext(current_schema()))")
    static let endSessions = Statement(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid = 1381189956 AND CAST(objid AS BIGINT) = (CAST(hashtext(current_schema()) AS BIGINT) & 4294967295)
            AND objsubid = 2 AND pid <> pg_backend_pid()
        """)
    private static let countTables = Statement(
        """
        SELECT count(*), coalesce(sum(CASE WHEN relname = 'migrations' THEN 1 ELSE 0 END), 0) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        """)

    private static let name = Statement("SELECT current_schema()::text")
    private static let isUTF8 = Statement("SELECT 1 WHERE current_setting('server_encoding') = 'UTF8'")
    private static let findForbidden = Statement(
        """
        SELECT CAST(relname AS TEXT) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT (
            has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
            AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
        """)

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
            guard try transaction.exists(isUTF8) else { throw otherEncoding }
            let tables = try tables(transaction)
            guard tables.all == 0 || tables.ours == 1 else { throw foreign }
            let names = Set(StoredTable.all(of: migrations).map(\.name) + ["migrations"])
            let closed = try transaction.all(findForbidden) { $0.text(0) }
            guard names.isDisjoint(with: closed) else { throw forbidden }
            let isCurrent = try tables.ours == 1 && Migrations.missing(migrations, in: transaction).isEmpty
            if !isCurrent { try Migrations.apply(migrations, in: transaction) }
            return try transaction.first(name) { $0.text(0) } ?? ""
        }
    }

    private static let foreign = Refusal(
        "That database belongs to another program: give its user an empty one, or a schema of its own.")

    private static let otherEncoding = Refusal(
        "That database does not keep text as UTF-8: make one with ENCODING 'UTF8' TEMPLATE template0.")
    private static let forbidden = Refusal(
        "The database's user may not write to all of the shop's tables: let the user that owns them serve it, or make it a "
            + "member of that role.")

    private static func tables(_ transaction: Transaction) throws -> (all: Int64, ours: Int64) {
        try transaction.first(countTables) { (all: $0.integer(0), ours: $0.integer(1)) } ?? (0, 0)
    }

    private static func inTransaction<Answer>(
        _ url: DatabaseURL, isReadOnly: Bool, _ body: (Transaction) throws -> Answer
    ) throws -> Answer {
        let connection = try connect(url)
        do {
            connection.begin(isReadOnly: isReadOnly)
            let answer = try body(Transaction(connection))
            try connection.commit()
            return answer
        } catch {
            connection.rollback()
            guard let failure = error as? StoreFailure else { throw error }
            func says(_ codes: String...) -> Bool { codes.contains { failure.cause.contains("(\($0))") } }
            // A table, a type or a column of that name that is not ours.
            if says("42P07", "42710", "42703") { throw foreign }
            let advice =
                says("42501", "3F000")
                ? "Give its user an empty database, or a schema, of its own." : "Try again when that is over."
            throw Refusal("The database cannot be prepared: \(failure.cause). \(advice)")
        }
    }

    private static func advice(on cause: String) -> String {
        if cause.contains("too many") || cause.contains("remaining connection slots") {
            return "Stop what holds them, or raise max_connections or the role's limit: a node opens at most "
                + "\(Limits.postgresSessions)."
        }
        if cause.contains("read-only") || cause.contains("hot standby") {
            return
                "A shop needs a server that takes writes: name the primary, or switch default_transaction_read_only off."
        }
        return "Check host, port, database, user and password of its URL."
    }

    private static func connect(_ url: DatabaseURL) throws -> PostgresConnection {
        let connection: PostgresConnection
        do {
            connection = try PostgresConnection(url)
        } catch let failure as StoreFailure {
            throw Refusal("The database \(url) cannot be reached: \(failure.cause). \(advice(on: failure.cause))")
        }
        guard connection.serverVersion >= Limits.oldestPostgres * 10_000 else {
            throw Refusal(
                "PostgreSQL \(Limits.oldestPostgres) or later is needed, and this is \(connection.serverVersion / 10_000)."
            )
        }
        // A new version's indexes take as long as they take, and whoever starts beside it waits.
        try connection.limit(statements: .zero)
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
