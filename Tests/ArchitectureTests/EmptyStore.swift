import Foundation
import RasidBase
import RasidDatabase
import RasidServer

/// A store with every room's tables and nothing in them.
enum EmptyStore {
    /// What the engine says against a text, on a store with every room's tables.
    static func fault(_ text: StatementTexts.Found, _ store: InlineSQLiteDatabase) -> String? {
        // EXPLAIN compiles and runs nothing.
        let explain = Statement("EXPLAIN " + text.sql)
        do {
            try store.look { try $0.each(explain, Array(repeating: .null, count: text.placeholders)) { _ in } }
            return nil
        } catch {
            return "\(text)\n  \(error)"
        }
    }

    static func with<Answer>(_ body: (InlineSQLiteDatabase) throws -> Answer) throws -> Answer {
        let folder = NSTemporaryDirectory() + "rasid-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try InlineSQLiteDatabase(path: folder + "/rasid.db", migrations: Schema.migrations)
        defer { try? store.close() }
        return try body(store)
    }
}
