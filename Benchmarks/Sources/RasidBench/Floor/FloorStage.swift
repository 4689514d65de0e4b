import Foundation
import RasidBase
import RasidDatabase
import RasidServer

/// The two stores of a floor, made alike: on one the real code is recorded, on the other that is replayed.
protocol FloorStage {
    var recorded: any InlineDatabase { get }
    /// Where the shop of the replay is made; the replay itself has a session of its own.
    var replayed: any InlineDatabase { get }
    var player: any Player { get }
    /// A statement as this engine is told it.
    var spell: @Sendable (Statement) -> String { get }

    /// Leaves nothing to do for what was written before the clock is read.
    func settle() throws
    /// Takes both stores away.
    func clear() throws
}

/// Two folders beside each other.
struct SQLiteStage: FloorStage {
    private let place: String
    private let folders: [String]
    private let stores: [JoinedDatabase]
    let player: any Player
    let spell: @Sendable (Statement) -> String = { $0.spelled(SQLiteConnection.spell) }

    var recorded: any InlineDatabase { stores[0] }
    var replayed: any InlineDatabase { stores[1] }

    /// - Throws: ``Refusal`` for a folder in which something lies already.
    init(_ folder: String) throws {
        place = folder
        folders = ["\(folder)/recorded", "\(folder)/replayed"]
        for folder in folders where FileManager.default.fileExists(atPath: folder) {
            throw Refusal("\(folder) is there already: give --data a new folder.")
        }
        stores = try folders.map { folder in
            try JoinedDatabase(
                path: try DataFolder(folder).database, migrations: Schema.migrations, closuresPerCommit: 256,
                cacheKiB: 65_536)
        }
        player = try SQLitePlayer(path: try DataFolder(folders[1]).database)
    }

    func settle() throws {
        for store in stores { try store.rest() }
    }

    func clear() throws {
        for folder in folders { try FileManager.default.removeItem(atPath: folder) }
        // The folder around them goes, too, unless there is something else in it.
        rmdir(place)
    }
}

/// Two schemas in one database.
struct PostgresStage: FloorStage {
    private static let schemas = ["rasid_floor_recorded", "rasid_floor_replayed"]

    private let stores: [InlinePostgresDatabase]
    private let session: PostgresPlayer
    let spell: @Sendable (Statement) -> String = {
        PostgresConnection.numbered($0.spelled(PostgresConnection.spell)).text
    }

    var recorded: any InlineDatabase { stores[0] }
    var replayed: any InlineDatabase { stores[1] }
    var player: any Player { session }

    /// - Throws: ``Refusal`` or ``StoreFailure`` where the schemas cannot be made.
    init(_ url: DatabaseURL) throws {
        let maker = try PostgresPlayer(url: url.text)
        for schema in Self.schemas { try maker.execute("CREATE SCHEMA \(schema)") }
        let path = { (schema: String) in
            "\(url.text)\(url.text.contains("?") ? "&" : "?")options=-csearch_path%3D\(schema)"
        }
        stores = try Self.schemas.map { schema in
            // What is not measured does not wait for the disk.
            let quick = try DatabaseURL(path(schema) + "%20-csynchronous_commit%3Doff")
            return try InlinePostgresDatabase(url: quick, migrations: Schema.migrations)
        }
        session = try PostgresPlayer(url: path(Self.schemas[1]))
    }

    func settle() throws {
        try session.execute("VACUUM ANALYZE")
    }

    func clear() throws {
        for store in stores { store.close() }
        for schema in Self.schemas {
            try session.execute("SET client_min_messages = warning")
            try session.execute("DROP SCHEMA \(schema) CASCADE")
        }
    }
}
