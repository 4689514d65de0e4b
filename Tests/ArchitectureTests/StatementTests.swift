import Testing

/// Every SQL text compiles against the tables as they are.
struct StatementTests {
    @Test func `every statement about rows compiles`() throws {
        let texts = try StatementTexts.all().filter(\.isAboutRows)
        #expect(texts.count > 80, "the collector collects less than there is: \(texts.count)")
        let faults = try EmptyStore.with { store in texts.compactMap { EmptyStore.fault($0, store) } }
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test func `no text is left out because it names what the collector does not know`() throws {
        // These are put together where they are called; a pragma is about no rows.
        let others = ["RasidOrders/OrderRow", "RasidOrders/Reading/FilteredQuery", "RasidDatabase/SQLite/SQLiteSchema"]
        let unread = try StatementTexts.unread().filter { text in
            !others.contains { text.hasPrefix("Sources/\($0).swift: ") }
        }
        #expect(unread.isEmpty, "\(unread.joined(separator: "\n"))")
    }

    @Test func `no text is ordered by a collation or compared without regard to case`() throws {
        for text in try StatementTexts.all() {
            let words = text.sql.uppercased()
            #expect(!words.contains("COLLATE") && !words.contains(" LIKE ") && !words.contains("LOWER("), "\(text)")
        }
    }

    @Test func `the check finds a table, a column and a word that are not there`() throws {
        try EmptyStore.with { store in
            func fault(_ sql: String) -> String? {
                EmptyStore.fault(StatementTexts.Found(path: "A.swift", sql: sql), store)
            }
            #expect(fault("SELECT id FROM orders WHERE id = ? {LOCK}") == nil)
            #expect(fault("SELECT id FROM order_s") != nil)
            #expect(fault("SELECT colour FROM orders") != nil)
            #expect(fault("SELEKT 1") != nil)
            #expect(fault("INSERT INTO cases (order_id) VALUES (?, ?)") != nil)
        }
    }

    @Test func `the collector reads short and long texts and fills in what they name`() {
        let text = """
            private static let columns = "a, b"
            let one = Statement("SELECT \\(columns) FROM t")
            let two = Statement(
                \"\"\"
                SELECT \\(Other.columns)
                FROM u WHERE a = ?
                \"\"\")
            let three = Statement("SELECT \\(unknown)")
            let four = Statement(variable)
            """
        let file = Repository.File(path: "Sources/A/T.swift", text: text)
        let other = Repository.File(path: "Sources/A/Other.swift", text: "static let columns = \"c\"")
        let constants = StatementTexts.constants(in: [file, other])
        let known = (constants[""] ?? [:]).merging(constants[file.path] ?? [:]) { $1 }
        let found = StatementTexts.collect(in: file, constants: known)
        #expect(found.map(\.sql) == ["SELECT a, b FROM t", "SELECT c FROM u WHERE a = ?"])
        #expect(found.map(\.placeholders) == [0, 1])
    }
}
