/// A subscriber's number that has the form its service asks for (contract §4).
///
/// `ADSL`: `^0[0-9]{8}$`; `4G`: `^213[0-9]{9}$`. Its `description` is masked, so that a full number cannot
/// slip into a log; use ``text`` where the number itself is meant.
public struct ServiceNumber: Hashable, Sendable {
    public let type: ServiceType
    public let text: String

    /// - Throws: ``Problem/phone(number:type:reason:)`` with a reason that names the form that was given.
    public init(_ text: String, for type: ServiceType) throws(Problem) {
        guard Self.matches(text, type) else {
            throw .phone(number: text, type: type, reason: Self.reason(text, type))
        }
        self.type = type
        self.text = text
    }

    /// A number read back from a row: its form was checked when it came in.
    public init(stored text: String, type: ServiceType) {
        self.type = type
        self.text = text
    }

    private static func matches(_ text: String, _ type: ServiceType) -> Bool {
        let bytes = text.utf8
        guard bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        switch type {
        case .adsl: return bytes.count == 9 && bytes.first == 0x30
        case .fourG: return bytes.count == 12 && text.hasPrefix("213")
        }
    }

    private static func reason(_ text: String, _ type: ServiceType) -> String {
        let rule =
            switch type {
            case .adsl: "ADSL numbers have 9 digits and start with 0"
            case .fourG: "4G numbers have 12 digits and start with 213"
            }
        return "Number does not match required format: \(rule)" + (hint(text, type).map { "; \($0)" } ?? "")
    }

    /// Names the usual mistakes for what they are.
    private static func hint(_ text: String, _ type: ServiceType) -> String? {
        let digits = text.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }.count
        if digits != text.utf8.count {
            if text.hasPrefix("+213") {
                return type == .fourG
                    ? "this one is in the international form with a plus, send it without the plus"
                    : "this one is in the international form +213, send the national form that starts with 0"
            }
            return "send digits only, without spaces, dots or dashes"
        }
        if text.hasPrefix("00213") { return "this one is in the international form with 00, leave the 00 away" }
        if ["05", "06", "07"].contains(where: text.hasPrefix), digits == 10 {
            return "this one is a mobile number (06…, 05…, 07…), which this service does not recharge"
        }
        switch type {
        case .adsl:
            if text.hasPrefix("213"), digits >= 11 {
                return "this one is in the international form 213…, send the national form that starts with 0"
            }
            if text.hasPrefix("04"), digits == 10 {
                return "this one is a 4G line in the national form (047…), which is recharged with type 4G"
            }
            if !text.hasPrefix("0"), digits == 8 { return "the leading 0 is missing" }
        case .fourG:
            if text.hasPrefix("04"), digits == 10 || digits == 9 {
                return "this one is a 4G line in the national form (047…), send it as 213 and the number without its 0"
            }
            if text.hasPrefix("0"), digits == 9 { return "this one looks like an ADSL number" }
        }
        return nil
    }
}

extension ServiceNumber: CustomStringConvertible {
    public var description: String { text.prefix(4) + String(repeating: "*", count: text.count - 4) }
}

/// The numbers that fail on purpose in the sandbox (contract §6), read by their place in the table.
public enum SandboxNumber: Int, CaseIterable, Sendable {
    case rejected = 1
    case queuedThenFulfilled
    case queuedThenRefunded
    case lostThenFulfilled
    case lostThenRefunded
    case slow
    case notASubscriber
    case outOfStock
    case insufficientBalance

    /// - Returns: nil for any other number, which the sandbox fulfils after its delay.
    public init?(_ number: ServiceNumber) {
        let prefix = number.type == .adsl ? "00000000" : "21300000000"
        guard number.text.hasPrefix(prefix), let last = number.text.last?.wholeNumberValue else { return nil }
        self.init(rawValue: last)
    }
}
