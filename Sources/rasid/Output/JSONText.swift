import Foundation
import RasidBase

/// What machines read: one line, its keys in order.
enum JSONText {
    static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// An amount as a JSON number, exact to the centime.
struct Dinars: Encodable, Hashable, Sendable {
    let money: Money

    init(_ money: Money) {
        self.money = money
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Decimal(money.centimes) / 100)
    }
}
