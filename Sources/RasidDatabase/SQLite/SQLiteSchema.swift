import GRDB
import RasidBase

/// Marks a file as ours and runs the migrations under the engine's own write lock.
enum SQLiteSchema {
    /// "RSID": what `file` and a person with a hex editor see in the header.
    private static let applicationID: Int64 = 0x5253_4944
    private static let readMark = Statement("PRAGMA application_id")
    private static let writeMark = Statement("PRAGMA application_id = \(applicationID)")

    /// Another program's file is refused before anything in it is changed, its journal mode too.
    ///
    /// The tables are counted before the mark is read: a store of ours gets both in one transaction.
    static func refuseForeign(_ database: GRDB.Database, path: String) throws {
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let mark = try Int64.fetchOne(database, sql: readMark.text) ?? 0
        guard mark == applicationID || (mark == 0 && tables == 0) else {
            throw Refusal("\(path) belongs to another program: give --data a folder of its own.")
        }
    }

    /// A log without the file that it belongs to would be thrown away by the engine, with every sale in it.
    static func refuseLost(path: String) throws {
        guard DataFolder.bytes(at: path) == 0, DataFolder.bytes(at: path + "-wal") > 0 else { return }
        throw Refusal(
            "\(path) is missing or empty, and its log lies beside it: keep a copy of the folder and restore the last backup."
        )
    }

    /// A store that needs nothing is not written to: it opens on a full disk, and while others write.
    static func prepare(_ access: SQLiteAccess, path: String, migrations: [Migration]) throws {
        try access.run { connection in
            let transaction = Transaction(connection)
            guard try !isCurrent(migrations, transaction, path) else { return }
            if let failed = try connection.control(SQLiteControl.begin) { throw refusal(failed.failure, path) }
            do {
                let mark = try transaction.first(readMark) { $0.integer(0) } ?? 0
                if mark == 0 { try transaction.run(writeMark) }
                try Migrations.apply(migrations, in: transaction)
                if let failed = try connection.control(SQLiteControl.commit) { throw failed.failure }
            } catch {
                if connection.isInsideTransaction { _ = try connection.control(SQLiteControl.rollback) }
                throw (error as? StoreFailure).map { refusal($0, path) } ?? error
            }
        }
    }

    private static let countTables = Statement("SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'")

    private static func isCurrent(_ migrations: [Migration], _ transaction: Transaction, _ path: String) throws -> Bool
    {
        do {
            let tables = try transaction.first(countTables) { $0.integer(0) }
            guard tables == 1 else { return false }
            return try Migrations.missing(migrations, in: transaction).isEmpty
        } catch let failure as StoreFailure {
            throw refusal(failure, path)
        }
    }

    private static func refusal(_ failure: StoreFailure, _ path: String) -> Refusal {
        switch failure {
        case .unavailable(let cause), .inDoubt(let cause):
            Refusal(
                "\(path) cannot be written: \(cause). Check that its disk has room, who owns the folder, and whether another process holds the file."
            )
        case .broken(let cause):
            Refusal("\(path) is damaged or not a store: \(cause). Keep a copy of it and restore the last backup.")
        }
    }
}
