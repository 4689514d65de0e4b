public import RasidBase

/// The query of one request, read by name; what a route does not read is never looked at.
///
/// It collects faults as it is read, so that all of them can be told at once: read every field, then ask for
/// ``problem``.
public struct Query: Sendable {
    private let pairs: [(name: Substring, value: Substring)]
    public private(set) var faults: [FieldFault] = []

    /// - Parameter text: what stands after the `?`, as it was sent; nil where there was none.
    public init(_ text: Substring?) {
        guard let text, !text.isEmpty else {
            pairs = []
            return
        }
        pairs = text.split(separator: "&").map { pair in
            guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (pair, "") }
            return (pair[..<equals], pair[pair.utf8.index(after: equals)...])
        }
    }

    /// Everything that was wrong with the fields read so far.
    public var problem: Problem? {
        faults.isEmpty ? nil : .invalid(faults)
    }

    public mutating func add(_ fault: FieldFault) {
        faults.append(fault)
    }

    /// The decoded value of a field, `""` for one that is there without a value.
    ///
    /// A field that is given twice, or encoded badly, adds a fault and reads as absent.
    public mutating func text(_ name: String) -> String? {
        var found: Substring?
        for pair in pairs where Self.matches(pair.name, name) {
            guard found == nil else {
                faults.append(FieldFault(.querystring, name, "must NOT be given twice"))
                return nil
            }
            found = pair.value
        }
        guard let found else { return nil }
        guard let text = Percent.decodedQuery(found) else {
            faults.append(FieldFault(.querystring, name, "must be percent-encoded UTF-8", value: String(found)))
            return nil
        }
        return text
    }

    /// A whole number within bounds; nil, with or without a fault, where there is none.
    public mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return fault(name, "must be integer", text)
        }
        let number = Int(text) ?? (digits.count < text.utf8.count ? Int.min : Int.max)
        if number < range.lowerBound { return fault(name, "must be >= \(range.lowerBound)", text) }
        if number > range.upperBound { return fault(name, "must be <= \(range.upperBound)", text) }
        return number
    }

    /// The service type, which every route that reads it requires.
    public mutating func serviceType() -> ServiceType? {
        guard let text = required("type") else { return nil }
        guard let type = ServiceType(rawValue: text) else {
            faults.append(.notAllowed(.querystring, "type", value: text))
            return nil
        }
        return type
    }

    public mutating func required(_ name: String) -> String? {
        let faultsBefore = faults.count
        guard let text = text(name) else {
            if faults.count == faultsBefore { faults.append(.missing(.querystring, name)) }
            return nil
        }
        return text
    }

    private mutating func fault(_ name: String, _ rule: String, _ value: String) -> Int? {
        faults.append(FieldFault(.querystring, name, rule, value: value))
        return nil
    }

    private static func matches(_ sent: Substring, _ name: String) -> Bool {
        if sent.utf8.elementsEqual(name.utf8) { return true }
        guard sent.utf8.contains(UInt8(ascii: "%")) else { return false }
        return Percent.decodedQuery(sent)?.utf8.elementsEqual(name.utf8) ?? false
    }
}
