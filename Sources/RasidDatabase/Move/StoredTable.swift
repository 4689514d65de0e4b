import RasidBase

/// A table as the migrations make it: what a move copies, in whichever engine it lies.
public struct StoredTable: Sendable {
    public struct Column: Hashable, Sendable {
        public enum Kind: Sendable {
            case integer, text, bytes
            /// A key that the engine counts up.
            case counted
        }

        public let name: String
        public let kind: Kind
    }

    public let name: String
    public internal(set) var columns: [Column]

    /// Every table of these migrations, each behind those that it refers to.
    ///
    /// Our texts are read here, as they are written: a column a line, its name first and then its type.
    public static func all(of migrations: [Migration]) -> [StoredTable] {
        var tables: [StoredTable] = []
        for statement in migrations.flatMap(\.statements) {
            if let made = made(by: statement.text) { tables.append(made) }
            if let (name, column) = added(by: statement.text) {
                tables.indices.filter { tables[$0].name == name }.forEach { tables[$0].columns.append(column) }
            }
        }
        return tables
    }

    private static func made(by text: String) -> StoredTable? {
        guard let rest = text.after("CREATE TABLE "), let name = rest.words.first else { return nil }
        return StoredTable(name: name, columns: rest.split(separator: "\n").dropFirst().compactMap(column))
    }

    private static func added(by text: String) -> (table: String, column: Column)? {
        guard let rest = text.after("ALTER TABLE "), let name = rest.words.first,
            let definition = rest.after("\(name) ADD COLUMN "), let column = column(definition)
        else { return nil }
        return (name, column)
    }

    private static let kinds: [(type: String, kind: Column.Kind)] = [
        ("{INT64}", .integer), ("TEXT", .text), ("{BYTES}", .bytes), ("{COUNTED", .counted),
    ]

    /// - Returns: nil for a line that is no column, such as a condition.
    private static func column(_ line: Substring) -> Column? {
        let words = line.split(separator: ",", maxSplits: 1)[0].words
        guard words.count >= 2, let kind = kinds.first(where: { $0.type == words[1] })?.kind else { return nil }
        return Column(name: words[0], kind: kind)
    }
}

extension StringProtocol {
    fileprivate var words: [String] { Substring(self).split(separator: " ").map(String.init) }

    /// What follows `beginning`; nil where this does not begin so.
    fileprivate func after(_ beginning: String) -> SubSequence? {
        hasPrefix(beginning) ? self[index(startIndex, offsetBy: beginning.count)...] : nil
    }
}

extension StoredTable {
    var counted: Column? { columns.first { $0.kind == .counted } }

    // Each table has its own texts, made when they are needed: a move is rare.
    var count: Statement { Statement(text("SELECT count(*) FROM")) }
    var delete: Statement { Statement(text("DELETE FROM")) }
    var select: Statement { Statement(text("SELECT \(list) FROM")) }

    func insert(rows: Int) -> Statement {
        let row = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
        let values = Array(repeating: row, count: rows).joined(separator: ", ")
        return Statement(text("INSERT INTO") + " (\(list)) VALUES \(values)", isKept: false)
    }

    private var list: String { columns.map(\.name).joined(separator: ", ") }

    private func text(_ verb: String) -> String { "\(verb) \(name)" }

    /// What a row holds, as it is written again.
    func values(of row: any Row) -> [Value] {
        columns.indices.map { index in
            if row.isNull(index) { return .null }
            return switch columns[index].kind {
            case .integer, .counted: .integer(row.integer(index))
            case .text: .text(row.text(index))
            case .bytes: .bytes(row.bytes(index))
            }
        }
    }
}
