import RasidBase
import RasidDatabase
import RasidServer
import RasidTesting
import Testing

/// What a move copies is read from the migrations: every table, every column.
struct StoredTableTests {
    private static let tables = StoredTable.all(of: Schema.migrations)
    private static let told = Set(tables.flatMap { table in table.columns.map { "\(table.name).\($0.name)" } })

    @Test func `every column of the embedded store is known, with a kind that its type has`() throws {
        let store = try InlineSQLiteDatabase(path: ":memory:", migrations: Schema.migrations)
        let select = Statement(
            """
            SELECT tables.name, columns.name, columns.type FROM sqlite_schema AS tables,
                pragma_table_info(tables.name) AS columns
            WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' AND tables.name <> 'migrations'
            """)
        let found = try store.look { transaction in
            try transaction.all(select) { (name: "\($0.text(0)).\($0.text(1))", type: $0.text(2)) }
        }
        #expect(Set(found.map(\.name)) == Self.told)
        for table in Self.tables {
            for column in table.columns {
                let type = found.first { $0.name == "\(table.name).\(column.name)" }?.type
                let expected =
                    switch column.kind {
                    case .integer, .counted: "INTEGER"
                    case .text: "TEXT"
                    case .bytes: "BLOB"
                    }
                #expect(type == expected, "\(table.name).\(column.name)")
            }
        }
        try store.close()
    }

    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `every column on a server is known`() async throws {
        let store = try InlinePostgresDatabase(url: try await TestServer.freshSchema(), migrations: Schema.migrations)
        let select = Statement(
            """
            SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name <> 'migrations'
            """)
        let found = try store.look { try $0.all(select) { "\($0.text(0)).\($0.text(1))" } }
        #expect(Set(found) == Self.told)
        store.close()
    }

    @Test func `a table comes behind those that it refers to`() {
        var seen: Set<String> = []
        for migration in Schema.migrations {
            for statement in migration.statements where statement.text.hasPrefix("CREATE TABLE") {
                let name = statement.text.split { !$0.isLetter && $0 != "_" }.dropFirst(2).first.map(String.init) ?? ""
                for reference in statement.text.matches(of: #/REFERENCES ([a-z_]+)/#) {
                    #expect(seen.contains(String(reference.output.1)), "\(name)")
                }
                seen.insert(name)
            }
        }
        #expect(Self.tables.map(\.name).count == seen.count && seen.count > 15)
    }
}
