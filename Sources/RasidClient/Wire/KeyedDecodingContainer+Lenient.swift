import Foundation
import RasidBase

/// Values as the public service may write them; what is there in another form reads as absent.
extension KeyedDecodingContainer {
    func text(_ key: Key) -> String? {
        try? decodeIfPresent(String.self, forKey: key)
    }

    /// Text, or a number that stands for it.
    func word(_ key: Key) -> String? {
        text(key) ?? (try? decodeIfPresent(Decimal.self, forKey: key))?.description
    }

    func flag(_ key: Key) -> Bool? {
        try? decodeIfPresent(Bool.self, forKey: key)
    }

    func integer(_ key: Key) -> Int? {
        word(key).flatMap { Int($0) }
    }

    func time(_ key: Key) -> Timestamp? {
        text(key).flatMap { Timestamp($0) }
    }

    /// A number, or its text; never by way of a binary fraction.
    func money(_ key: Key) -> Money? {
        let number =
            (try? decodeIfPresent(Decimal.self, forKey: key))
            ?? text(key).flatMap {
                Money(decimal: $0) == nil ? nil : Decimal(string: $0, locale: nil)
            }
        return number.flatMap { Money(rounding: $0) }
    }

    func object<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        try? decodeIfPresent(type, forKey: key)
    }

    // MARK: What must be there

    func requiredText(_ key: Key) throws -> String {
        try decode(String.self, forKey: key)
    }

    func requiredMoney(_ key: Key) throws -> Money {
        if let money = money(key) { return money }
        throw DecodingError.dataCorrupted(.init(codingPath: codingPath + [key], debugDescription: "no amount"))
    }
}

extension Money {
    /// To the nearest centime: a service that reckons in binary fractions may write `1326.1299999999999`.
    fileprivate init?(rounding number: Decimal) {
        var exact = number
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 2, .plain)
        self.init(decimal: rounded.description)
    }
}
