import Foundation
import RasidBase
import RasidDatabase
import RasidServer
import Testing

/// The one text of each statement is understood by PostgreSQL, too (law 11).
struct PostgresTextTests {
    /// Texts that only the embedded store runs.
    private static let isEmbedded = ["Sources/RasidDatabase/SQLite/", "Sources/RasidSimulation/"]

    private static let server = ProcessInfo.processInfo.environment["RASID_TEST_POSTGRES"]

    /// What the server says of a text, run with nothing for every parameter and taken back; nil where only the rows are
    /// not allowed.
    private static func fault(_ text: StatementTexts.Found, _ store: PostgresDatabase) async throws -> String? {
        let statement = Statement(text.sql)
        let nothing = [Value](repeating: .null, count: text.placeholders)
        do {
            try await store.write { transaction in
                try transaction.run(statement, nothing)
                throw Refusal("taken back")
            }
            return nil
        } catch is Refusal {
            return nil
        } catch let failure as StoreFailure {
            // Class 23 is a breach of the schema by what was not given.
            let said = "\(failure)"
            return said.contains(/\(23...\)/) ? nil : "\(text)\n  \(said)"
        }
    }

    @Test(.enabled(if: server != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `every statement of the shop is understood by PostgreSQL`() async throws {
        let server = try #require(Self.server)
        let name = "texts_\(UInt32.random(in: .min ... .max))"
        let admin = try PostgresDatabase(url: DatabaseURL(server), migrations: [], locks: { _, _ in [] })
        _ = try await admin.write { try $0.run(Statement("CREATE SCHEMA \(name)")) }
        await admin.close()
        let store = try PostgresDatabase(
            url: DatabaseURL("\(server)?options=-csearch_path%3D\(name)"), migrations: Schema.migrations,
            locks: { _, _ in [] })
        var faults: [String] = []
        let texts = try StatementTexts.all().filter { text in
            text.isAboutRows && !Self.isEmbedded.contains { text.path.hasPrefix($0) }
        }
        #expect(texts.count > 80)
        for text in texts { if let fault = try await Self.fault(text, store) { faults.append(fault) } }
        await store.close()
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }
}
