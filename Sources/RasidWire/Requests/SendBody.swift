public import RasidBase

/// The body of `POST /v3/internet/send`, its shape checked and nothing else (contract §4).
public struct SendBody: Hashable, Sendable {
    public let type: ServiceType
    /// Any text: whether it is a number of this type is judged later, as `ERR_PHONE`.
    public let number: String
    public let value: Money
    /// Stripped of `API-<own username>-`; nil where the server is to make one.
    public let reference: String?

    public init(type: ServiceType, number: String, value: Money, reference: String?) {
        self.type = type
        self.number = number
        self.value = value
        self.reference = reference
    }

    /// Reads the four fields; any others are ignored.
    ///
    /// - Parameter username: whose key was shown; its prefix is taken off the reference.
    /// - Throws: ``Problem/invalid(_:)-swift.enum.case`` with every fault, in the order type, number, value, ref.
    public init(_ object: JSONObject, username: String) throws(Problem) {
        var faults: [FieldFault] = []
        let type = Self.type(object, &faults)
        let number = Self.number(object, &faults)
        let value = Self.value(object, &faults)
        let reference = Self.reference(object, username, &faults)
        guard faults.isEmpty, let type, let number, let value else { throw .invalid(faults) }
        self.init(type: type, number: number, value: value, reference: reference)
    }

    private static func type(_ object: JSONObject, _ faults: inout [FieldFault]) -> ServiceType? {
        guard let sent = object.required("type", &faults) else { return nil }
        if case .string(let text) = sent, let type = ServiceType(rawValue: text) { return type }
        faults.append(.notAllowed(.body, "type", value: sent.text))
        return nil
    }

    private static func number(_ object: JSONObject, _ faults: inout [FieldFault]) -> String? {
        guard let sent = object.required("number", &faults) else { return nil }
        if case .string(let text) = sent { return text }
        faults.append(FieldFault(.body, "number", "must be string", value: sent.text))
        return nil
    }

    private static func value(_ object: JSONObject, _ faults: inout [FieldFault]) -> Money? {
        guard let sent = object.required("value", &faults) else { return nil }
        switch amount(sent) {
        case .success(let money):
            return money
        case .failure(let broken):
            faults.append(FieldFault(.body, "value", broken.rule, value: sent.text))
            return nil
        }
    }

    private struct Broken: Error {
        let rule: String
    }

    private static func amount(_ sent: JSONValue) -> Result<Money, Broken> {
        let text: String
        switch sent {
        case .number(let digits):
            text = digits
        case .string(let digits):
            guard isAmount(digits) else {
                return .failure(Broken(rule: #"must match pattern "^[0-9]{1,9}(\.[0-9]{1,2})?$""#))
            }
            text = digits
        default:
            return .failure(Broken(rule: "must be number"))
        }
        guard let money = Money(decimal: text), money <= greatest else {
            let negative = text.utf8.first == UInt8(ascii: "-")
            let rule = negative ? "must be > 0" : "must have at most 9 digits and two decimals"
            return .failure(Broken(rule: rule))
        }
        return money > .zero ? .success(money) : .failure(Broken(rule: "must be > 0"))
    }

    /// The bound of both forms: nine digits and two decimals.
    private static let greatest = Money(centimes: 99_999_999_999)

    /// `^[0-9]{1,9}(\.[0-9]{1,2})?$`
    private static func isAmount(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
        guard areDigits, let whole = parts.first, (1...9).contains(whole.count) else { return false }
        return parts.count == 1 || (1...2).contains(parts[1].count)
    }

    private static func reference(
        _ object: JSONObject, _ username: String, _ faults: inout [FieldFault]
    ) -> String? {
        guard let sent = object.optional("ref", &faults), sent != .null else { return nil }
        guard case .string(let text) = sent else {
            faults.append(FieldFault(.body, "ref", "must be string", value: sent.text))
            return nil
        }
        let reference = Reference.stripped(text, username: username)
        if let rule = Reference.rule(brokenBy: reference) {
            faults.append(FieldFault(.body, "ref", rule, value: text))
            return nil
        }
        return reference
    }
}

extension JSONObject {
    fileprivate func required(_ name: String, _ faults: inout [FieldFault]) -> JSONValue? {
        if case .absent = find(name) {
            faults.append(.missing(.body, name))
            return nil
        }
        return optional(name, &faults)
    }

    fileprivate func optional(_ name: String, _ faults: inout [FieldFault]) -> JSONValue? {
        switch find(name) {
        case .absent:
            return nil
        case .once(let value):
            return value
        case .repeated(let value):
            faults.append(FieldFault(.body, name, "must NOT be given twice", value: value.text))
            return nil
        }
    }
}

extension JSONFault {
    /// The fault of a body that could not be read at all: its field is the body as a whole.
    public var fault: FieldFault {
        let rule =
            switch self {
            case .empty: "must NOT be empty"
            case .broken(let position): "must be valid JSON (it breaks off at byte \(position))"
            case .notUTF8: "must be UTF-8"
            case .tooDeep: "must NOT be nested more than \(Limits.bodyDepth) levels deep"
            case .notAnObject: "must be object"
            }
        return FieldFault(.body, "", rule)
    }
}
