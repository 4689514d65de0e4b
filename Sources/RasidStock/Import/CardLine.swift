import RasidBase

/// One good line of an import file.
struct CardLine: Equatable {
    let type: ServiceType
    let value: Money
    let code: String
    let serial: String?
    let expiresOn: CalendarDay?
    let cost: Money?
}

/// Which column holds what: by a first line of names, or in the order of the documentation (design §6).
struct CardColumns {
    private static let order = ["type", "value", "code", "serial", "expires_on", "cost"]
    private let positions: [String: Int]

    /// `type,value,code[,serial][,expires_on][,cost]`.
    static let usual = CardColumns(positions: Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) }))

    /// - Returns: nil unless the line names columns.
    static func named(by fields: [String]) throws(LineFault) -> CardColumns? {
        let names = fields.map { $0.lowercased() }
        guard names.contains("code") || names.first == "type" else { return nil }
        for name in order.prefix(3) where !names.contains(name) {
            throw LineFault("names columns, but not '\(name)'")
        }
        if let unknown = names.first(where: { !order.contains($0) }) {
            throw LineFault("names a column '\(unknown)'; there are: \(order.joined(separator: ", "))")
        }
        guard Set(names).count == names.count else { throw LineFault("names a column twice") }
        return CardColumns(positions: Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }))
    }

    private init(positions: [String: Int]) {
        self.positions = positions
    }

    /// - Throws: ``LineFault`` in words that follow "line 7"; it never quotes the code.
    func read(_ fields: [String], today: CalendarDay) throws(LineFault) -> CardLine {
        guard fields.count <= positions.count else {
            throw LineFault("has \(fields.count) fields, at most \(positions.count) are known")
        }
        guard let typeText = field("type", fields), let type = ServiceType(rawValue: typeText.uppercased()) else {
            throw LineFault("has no type ADSL or 4G in its first place")
        }
        guard let value = field("value", fields).flatMap(Money.init(decimal:)), value > .zero,
            value <= Products.highestValue
        else {
            throw LineFault("has no value in DZD")
        }
        guard let code = field("code", fields) else { throw LineFault("has no code") }
        guard Self.isPrintable(code) else {
            throw LineFault("has a code that is not 1 to \(Limits.codeCharacters) printable ASCII characters")
        }
        return CardLine(
            type: type, value: value, code: code, serial: try serial(fields),
            expiresOn: try expiry(fields, today: today), cost: try cost(fields))
    }

    private func field(_ name: String, _ fields: [String]) -> String? {
        guard let position = positions[name], position < fields.count, !fields[position].isEmpty else { return nil }
        return fields[position]
    }

    private func serial(_ fields: [String]) throws(LineFault) -> String? {
        guard let serial = field("serial", fields) else { return nil }
        guard Self.isPrintable(serial) else {
            throw LineFault("has a serial that is not 1 to \(Limits.codeCharacters) printable ASCII characters")
        }
        return serial
    }

    private func expiry(_ fields: [String], today: CalendarDay) throws(LineFault) -> CalendarDay? {
        guard let text = field("expires_on", fields) else { return nil }
        guard let day = CalendarDay(text) else {
            throw LineFault("has an expires_on that is not a day like 2027-12-31")
        }
        guard day >= today else { throw LineFault("expired on \(day)") }
        return day
    }

    private func cost(_ fields: [String]) throws(LineFault) -> Money? {
        guard let text = field("cost", fields) else { return nil }
        guard let cost = Money(decimal: text), cost >= .zero, cost <= Products.highestValue else {
            throw LineFault("has a cost that is not DZD")
        }
        return cost
    }

    private static func isPrintable(_ text: String) -> Bool {
        (1...Limits.codeCharacters).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}

/// What is wrong with one line, in words that follow "line 7".
struct LineFault: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
