public import RasidBase
public import RasidDatabase

/// An operator's row.
public struct OperatorID: Hashable, Sendable {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    /// Made with the tables: every sandbox order goes to the simulator.
    public static let simulator = OperatorID(1)
    /// Sells the shop's own cards.
    public static let voucher = OperatorID(2)
}

/// Somebody who delivers, as the tables know it; how it is driven is RasidOperators' matter.
public struct Supplier: Hashable, Sendable {
    public let id: OperatorID
    public let name: String
    public let kind: String
    public let needsCard: Bool

    public init(id: OperatorID, name: String, kind: String, needsCard: Bool) {
        self.id = id
        self.name = name
        self.kind = kind
        self.needsCard = needsCard
    }
}

/// Which operators, in order, serve a type and value in production.
public enum Routes {
    private static let columns = "operators.id, operators.name, operators.kind, operators.needs_card"
    private static let selectOperators = Statement("SELECT \(columns) FROM operators ORDER BY id")
    private static let selectOperator = Statement("SELECT \(columns) FROM operators WHERE id = ?")
    private static let selectRoute = Statement(
        """
        SELECT \(columns) FROM routes JOIN operators ON operators.id = routes.operator_id
        WHERE routes.type = ? AND routes.value = ? ORDER BY routes.position
        """)
    private static let selectAll = Statement(
        """
        SELECT \(columns), routes.type, routes.value FROM routes JOIN operators ON operators.id = routes.operator_id
        ORDER BY routes.type, routes.value, routes.position
        """)
    private static let delete = Statement("DELETE FROM routes WHERE type = ? AND value = ?")
    private static let insert = Statement(
        "INSERT INTO routes (type, value, position, operator_id) VALUES (?, ?, ?, ?)")

    private static let install = Statement(
        "INSERT INTO operators (id, name, kind, needs_card) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")

    /// - Throws: ``Refusal`` for a number or a name that is taken.
    public static func install(_ supplier: Supplier, in transaction: Transaction) throws {
        let parameters: [Value] = [
            .integer(supplier.id.number), .text(supplier.name), .text(supplier.kind), .flag(supplier.needsCard),
        ]
        guard try transaction.run(install, parameters) == 1 else {
            throw Refusal("There is an operator '\(supplier.name)' or number \(supplier.id.number) already.")
        }
    }

    private static let selectLast = Statement("SELECT max(id) FROM operators")

    /// Makes a row for an operator that is called over a wire.
    ///
    /// - Throws: ``Refusal`` for a name that is taken or cannot be written on a command line.
    public static func add(_ name: String, kind: String, in transaction: Transaction) throws -> Supplier {
        guard (1...32).contains(name.utf8.count), name.utf8.allSatisfy(isPlain), name.utf8.first != 0x2d else {
            throw Refusal("An operator's name is 1 to 32 of a-z, 0-9 and -, and does not begin with -.")
        }
        let last = try transaction.first(selectLast, [], { $0.optionalInteger(0) }) ?? nil
        let supplier = Supplier(id: OperatorID((last ?? 0) + 1), name: name, kind: kind, needsCard: false)
        try install(supplier, in: transaction)
        return supplier
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
    }

    /// - Throws: ``Refusal`` that names those there are.
    public static func require(_ name: String, in transaction: Transaction) throws -> Supplier {
        let known = try operators(in: transaction)
        guard let supplier = known.first(where: { $0.name == name }) else {
            let list = known.map(\.name).joined(separator: ", ")
            throw Refusal("There is no operator '\(name)'; there are: \(list).")
        }
        return supplier
    }

    public static func operators(in transaction: Transaction) throws -> [Supplier] {
        try transaction.all(selectOperators, [], supplier)
    }

    /// The whole route; a value without one of its own takes that of its type.
    public static func operators(
        for type: ServiceType, _ value: Money, in environment: ShopEnvironment, _ transaction: Transaction
    ) throws -> [Supplier] {
        guard environment == .production else {
            return try transaction.all(selectOperator, [.integer(OperatorID.simulator.number)], supplier)
        }
        let own = try transaction.all(selectRoute, [.integer(type.storedCode), .money(value)], supplier)
        return own.isEmpty
            ? try transaction.all(selectRoute, [.integer(type.storedCode), .integer(0)], supplier) : own
    }

    /// Who serves a type at all, whatever the value.
    public static func operators(
        for type: ServiceType, in environment: ShopEnvironment, _ transaction: Transaction
    ) throws -> [OperatorID] {
        guard environment == .production else { return [.simulator] }
        return try all(in: transaction).filter { $0.type == type }.map(\.supplier.id)
    }

    /// A supplier as a sale looks at it.
    struct Stop: Hashable, Sendable {
        let id: OperatorID
        let needsCard: Bool
    }

    // In the order of the routes' own key: nothing is sorted.
    private static let selectStops = Statement(
        """
        SELECT operators.id, operators.needs_card
        FROM routes JOIN operators ON operators.id = routes.operator_id
        WHERE routes.type = ? AND routes.value = coalesce(
            (SELECT value FROM routes WHERE type = ? AND value = ? AND position = 1), 0)
        ORDER BY routes.position
        """)

    /// Whom a new order may go to, first choice first; never empty.
    static func stops(
        for type: ServiceType, _ value: Money, in environment: ShopEnvironment, _ transaction: Transaction
    ) throws -> [Stop] {
        guard environment == .production else { return [Stop(id: .simulator, needsCard: false)] }
        let parameters: [Value] = [.integer(type.storedCode), .integer(type.storedCode), .money(value)]
        let stops = try transaction.all(selectStops, parameters) {
            Stop(id: OperatorID($0.integer(0)), needsCard: $0.flag(1))
        }
        guard !stops.isEmpty else {
            throw StoreFailure.broken("\(type.rawValue) has no route: 'rasid route set \(type.rawValue) voucher'")
        }
        return stops
    }

    /// One line of `rasid route show`; `value` is nil for the route of the whole type.
    public struct Line: Hashable, Sendable {
        public let type: ServiceType
        public let value: Money?
        public let supplier: Supplier
    }

    public static func all(in transaction: Transaction) throws -> [Line] {
        try transaction.all(selectAll) { row in
            guard let type = ServiceType(storedCode: row.integer(4)) else {
                throw StoreFailure.broken("a route of a type that this version does not know")
            }
            let value = row.money(5)
            return Line(type: type, value: value == .zero ? nil : value, supplier: supplier(row))
        }
    }

    /// Replaces a route.
    ///
    /// - Throws: ``Refusal`` for an operator that is unknown, named twice, or the simulator.
    public static func set(
        _ type: ServiceType, _ value: Money?, to names: [String], in transaction: Transaction
    ) throws {
        let chosen = try names.map { name in
            let supplier = try require(name, in: transaction)
            guard supplier.id != .simulator else {
                throw Refusal("The simulator makes cards up: it serves the sandbox only, and always.")
            }
            return supplier
        }
        guard !chosen.isEmpty, Set(chosen).count == chosen.count else {
            throw Refusal("Name at least one operator, and each once.")
        }
        let key: [Value] = [.integer(type.storedCode), .money(value ?? .zero)]
        try transaction.run(delete, key)
        for (index, supplier) in chosen.enumerated() {
            try transaction.run(insert, key + [.integer(Int64(index + 1)), .integer(supplier.id.number)])
        }
    }

    private static func supplier(_ row: any Row) -> Supplier {
        Supplier(
            id: OperatorID(row.integer(0)), name: row.text(1), kind: row.text(2), needsCard: row.flag(3))
    }
}
