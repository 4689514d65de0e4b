/// Aligned columns for people: words to the left, numbers to the right.
struct Table {
    struct Column: Sendable {
        let title: String
        let isNumber: Bool

        static func words(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: Column...) {
        self.columns = columns
    }

    /// Names and what stands behind them, without a line of titles.
    init(_ facts: [(String, String)]) {
        columns = [.words(""), .words("")]
        rows = facts.map { [Self.printable($0), Self.printable($1)] }
    }

    mutating func add(_ cells: String...) {
        precondition(cells.count == columns.count, "a row has a cell for every column")
        rows.append(cells.map(Self.printable))
    }

    var text: String { text(ifEmpty: "") }

    /// - Parameter sentence: what is said instead of a table without rows.
    func text(ifEmpty sentence: String) -> String {
        guard !rows.isEmpty else { return sentence }
        let titles = columns.map(\.title)
        let lines = titles.allSatisfy(\.isEmpty) ? rows : [titles] + rows
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line($0, widths) }.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let space = String(repeating: " ", count: widths[index] - cell.count)
            line += (index == 0 ? "" : "  ") + (columns[index].isNumber ? space + cell : cell + space)
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// What came from outside must not move the cursor or turn the writing direction of a terminal.
    private static func printable(_ cell: String) -> String {
        var text = ""
        for scalar in cell.unicodeScalars {
            let isHarmless =
                ![.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
                && !scalar.properties.isBidiControl
            text.unicodeScalars.append(isHarmless ? scalar : "?")
        }
        return text
    }
}
