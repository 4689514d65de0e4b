public import RasidBase

/// A parameter of a statement.
public enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    /// The twelve bytes of an ``ID``, kept without an array.
    case twelve(UInt32, UInt64)

    @inlinable
    public static func id<Thing>(_ id: ID<Thing>) -> Value { .twelve(id.seconds, id.random) }
    @inlinable
    public static func id<Thing>(_ id: ID<Thing>?) -> Value { id.map(Value.id) ?? .null }
    public static func money(_ money: Money) -> Value { .integer(money.centimes) }
    public static func time(_ time: Timestamp) -> Value { .integer(time.milliseconds) }
    public static func time(_ time: Timestamp?) -> Value { time.map(Value.time) ?? .null }
    public static func flag(_ flag: Bool) -> Value { .integer(flag ? 1 : 0) }
    public static func account(_ account: AccountID) -> Value { .integer(account.number) }
    public static func environment(_ environment: ShopEnvironment) -> Value { .integer(environment.storedCode) }
    public static func optional(_ integer: Int64?) -> Value { integer.map(Value.integer) ?? .null }
    public static func optional(_ text: String?) -> Value { text.map(Value.text) ?? .null }
}

/// One row of an answer; valid only inside the closure that is handed it.
///
/// Columns are counted from 0. The schema is strict, so a column has the type its table gives it; what a row
/// means is checked where it is read (an unknown stored code is a case of its own, never a crash).
public protocol Row {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func bytes(_ column: Int) -> [UInt8]
    func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

extension Row {
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    public func flag(_ column: Int) -> Bool { integer(column) != 0 }
    public func money(_ column: Int) -> Money { Money(centimes: integer(column)) }
    public func time(_ column: Int) -> Timestamp { Timestamp(stored: integer(column)) }
    public func optionalTime(_ column: Int) -> Timestamp? { isNull(column) ? nil : time(column) }
    public func account(_ column: Int) -> AccountID { AccountID(integer(column)) }

    /// - Throws: ``StoreFailure/broken(_:)`` unless the column holds exactly twelve bytes.
    @inlinable
    public func id<Thing>(_ column: Int, of thing: Thing.Type = Thing.self) throws -> ID<Thing> {
        guard let id = withBytes(column, { ID<Thing>(bytes: $0) }) else {
            throw StoreFailure.broken("column \(column) is not an id")
        }
        return id
    }

    @inlinable
    public func optionalID<Thing>(_ column: Int, of thing: Thing.Type = Thing.self) throws -> ID<Thing>? {
        isNull(column) ? nil : try id(column, of: thing)
    }

    /// - Throws: ``StoreFailure/broken(_:)`` for an environment that no version of ours writes.
    public func environment(_ column: Int) throws -> ShopEnvironment {
        guard let environment = ShopEnvironment(storedCode: integer(column)) else {
            throw StoreFailure.broken("column \(column) is not an environment")
        }
        return environment
    }
}
