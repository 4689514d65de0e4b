import Foundation
public import RasidDatabase

/// The PostgreSQL server that the tests may use: `scripts/test` starts one and names it.
public enum TestServer {
    public static let url = ProcessInfo.processInfo.environment["RASID_TEST_POSTGRES"]

    /// The URL of a schema that is this name's own, made where it is not there.
    public static func schema(_ name: String) async throws -> DatabaseURL {
        let server = url ?? ""
        // Never closed by hand: a session ends with the last who holds it.
        let database = try InlinePostgresDatabase(url: DatabaseURL(server), migrations: [])
        _ = try await database.write { try $0.run(Statement("CREATE SCHEMA IF NOT EXISTS \(name)")) }
        return try DatabaseURL("\(server)?options=-csearch_path%3D\(name)&application_name=\(name)")
    }

    /// The same for one test, which nobody else knows.
    public static func freshSchema() async throws -> DatabaseURL {
        try await schema("test_\(UInt64.random(in: .min ... .max))")
    }

    /// The same for whoever knows the path of a folder.
    public static func schema(of path: String) async throws -> DatabaseURL {
        let words = path.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return try await schema("test_" + words.joined(separator: "_").suffix(50))
    }
}
