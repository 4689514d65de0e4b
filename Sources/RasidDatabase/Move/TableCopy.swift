import RasidBase

/// Copies whole tables from one store into another, each in one transaction that its caller holds.
public struct TableCopy {
    /// How many rows one statement brings in: an engine takes some ten thousand parameters.
    private static let rowsAStatement = 50

    private let tables: [StoredTable]

    /// - Parameter tables: each behind those that it refers to.
    public init(_ tables: [StoredTable]) {
        self.tables = tables
    }

    /// How many rows there are to copy.
    public func rows(in transaction: Transaction) throws -> Int {
        try tables.reduce(0) { try $0 + Int(transaction.first($1.count) { $0.integer(0) } ?? 0) }
    }

    /// Empties the tables of `target` and fills them with the rows of `source`, then reads them again and compares.
    ///
    /// - Parameter progress: is told how many rows have been copied.
    /// - Returns: how many rows each table has.
    /// - Throws: ``Refusal`` where what is read is not what was written.
    public func run(
        from source: Transaction, to target: Transaction, _ progress: (Int) -> Void
    ) throws -> [(table: String, rows: Int)] {
        for table in tables.reversed() { try target.run(table.delete) }
        var done = 0
        return try tables.map { table in
            let sum = try copy(table, from: source, to: target) { rows in
                done += rows
                progress(done)
            }
            guard try read(table, in: target) == sum else {
                throw Refusal("The copy of \(table.name) is not what was copied; nothing was moved. Check both disks.")
            }
            return (table.name, sum.rows)
        }
    }

    private func copy(
        _ table: StoredTable, from source: Transaction, to target: Transaction, _ progress: (Int) -> Void
    ) throws -> TableSum {
        let (many, one) = (table.insert(rows: Self.rowsAStatement), table.insert(rows: 1))
        var sum = TableSum(table)
        var waiting: [[Value]] = []
        try source.each(table.select) { row in
            let values = table.values(of: row)
            sum.add(values)
            waiting.append(values)
            guard waiting.count == Self.rowsAStatement else { return }
            try target.run(many, Array(waiting.joined()))
            progress(waiting.count)
            waiting.removeAll(keepingCapacity: true)
        }
        for values in waiting { try target.run(one, values) }
        progress(waiting.count)
        return sum
    }

    private func read(_ table: StoredTable, in transaction: Transaction) throws -> TableSum {
        var sum = TableSum(table)
        try transaction.each(table.select) { sum.add(table.values(of: $0)) }
        return sum
    }
}
