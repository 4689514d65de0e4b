import Foundation
import RasidDatabase

/// The PostgreSQL server that the tests may use: `scripts/test` starts one and names it.
enum TestServer {
    static let url = ProcessInfo.processInfo.environment["RASID_TEST_POSTGRES"]

    /// The URL of a schema that is this name's own, made where it is not there.
    static func schema(_ name: String) async throws -> String {
        let database = try PostgresDatabase(url: url ?? "", migrations: [])
        _ = try await database.write { try $0.run(Statement("CREATE SCHEMA IF NOT EXISTS \(name)")) }
        await database.close()
        return "\(url ?? "")?options=-csearch_path%3D\(name)&application_name=\(name)"
    }

    /// The same for one test, which nobody else knows.
    static func freshSchema() async throws -> String {
        try await schema("test_\(UInt64.random(in: .min ... .max))")
    }
}
