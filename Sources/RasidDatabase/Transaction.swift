import RasidBase

/// The only way to the store inside a transaction (law 2).
///
/// Lives as long as the closure that is handed it. The closure may run more than once: ids and times are made
/// before it, and it touches nothing outside.
public final class Transaction {
    @usableFromInline package let connection: any Connection

    package init(_ connection: any Connection) {
        self.connection = connection
    }

    /// Runs a statement that answers no rows.
    ///
    /// - Returns: how many rows it changed.
    @inlinable
    @discardableResult
    public func run(_ statement: Statement, _ parameters: [Value] = []) throws -> Int {
        try connection.run(statement, parameters) { _ in true }
    }

    /// Runs a statement that must change exactly one row and answers none; nothing else of it is asked.
    ///
    /// Whether it did may be told later, by another statement or by the end of the transaction: a driver that talks to a
    /// server need not wait for each answer.
    ///
    /// - Throws: `refusal`, now or later, where it changed another number of rows; nothing is stored then.
    @inlinable
    public func changeOne(
        _ statement: Statement, _ parameters: [Value], orElse refusal: @escaping @Sendable () -> any Error
    ) throws {
        try connection.changeOne(statement, parameters, orElse: refusal)
    }

    /// The first row of the answer, or nil.
    @inlinable
    public func first<Result>(
        _ statement: Statement, _ parameters: [Value] = [], _ read: (any Row) throws -> Result
    ) throws -> Result? {
        var result: Result?
        try connection.run(statement, parameters) { row in
            result = try read(row)
            return false
        }
        return result
    }

    /// Every row of the answer; for answers with a bound.
    @inlinable
    public func all<Result>(
        _ statement: Statement, _ parameters: [Value] = [], _ read: (any Row) throws -> Result
    ) throws -> [Result] {
        var results: [Result] = []
        try connection.run(statement, parameters) { row in
            results.append(try read(row))
            return true
        }
        return results
    }

    /// Every row in turn, without keeping them; for answers without a bound.
    @inlinable
    public func each(_ statement: Statement, _ parameters: [Value] = [], _ body: (any Row) throws -> Void) throws {
        try connection.run(statement, parameters) { row in
            try body(row)
            return true
        }
    }

    /// Whether there is any row.
    @inlinable
    public func exists(_ statement: Statement, _ parameters: [Value] = []) throws -> Bool {
        try first(statement, parameters) { _ in true } ?? false
    }
}

/// What a driver gives a transaction: one prepared statement run to its end.
@usableFromInline
package protocol Connection: AnyObject {
    /// - Parameter row: called for each row; false ends the reading.
    /// - Returns: how many rows the statement changed.
    /// - Throws: ``StoreFailure``, or what `row` throws.
    @discardableResult
    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int

    /// - Throws: ``StoreFailure``; `refusal`, now or later, unless exactly one row was changed.
    func changeOne(
        _ statement: Statement, _ parameters: [Value], orElse refusal: @escaping @Sendable () -> any Error) throws
}

extension Connection {
    @usableFromInline
    package func changeOne(
        _ statement: Statement, _ parameters: [Value], orElse refusal: @escaping @Sendable () -> any Error
    ) throws {
        guard try run(statement, parameters, { _ in true }) == 1 else { throw refusal() }
    }
}
