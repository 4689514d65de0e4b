import HTTPTypes
import RasidBase
import RawStructuredFieldValues

/// Reads the optional header `Idempotency-Key`: a Structured Field string, or the same text bare (contract §4).
enum IdempotencyKey {
    /// - Returns: the key without its quotes; nil where there is none.
    /// - Throws: ``Problem/invalid(_:)-swift.enum.case`` for more than one, an empty or an over-long one, and for
    ///   anything but printable ASCII.
    static func read(_ headers: HTTPFields) throws(Problem) -> String? {
        guard headers.contains(.idempotencyKey) else { return nil }
        let lines = headers[values: .idempotencyKey]
        guard lines.count == 1, let line = lines.first else {
            throw .invalid(FieldFault(.headers, name, "must NOT be given twice"))
        }
        let text = Self.trimmed(line)
        guard let key = text.utf8.first == UInt8(ascii: "\"") ? quoted(text) : bare(text) else {
            throw .invalid(FieldFault(.headers, name, "must be a string of printable ASCII", value: text))
        }
        guard (1...Limits.idempotencyKeyCharacters).contains(key.utf8.count) else {
            let rule = "must have 1 to \(Limits.idempotencyKeyCharacters) characters"
            throw .invalid(FieldFault(.headers, name, rule, value: key))
        }
        return key
    }

    private static let name = "idempotency-key"

    private static func trimmed(_ line: String) -> String {
        var text = line[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    /// RFC 8941's string, escapes resolved; parameters are allowed and mean nothing.
    private static func quoted(_ text: String) -> String? {
        var parser = StructuredFieldValueParser(Array(text.utf8))
        guard let item = try? parser.parseItemFieldValue(), case .string(let key) = item.rfc9651BareItem else {
            return nil
        }
        return key
    }

    private static func bare(_ text: String) -> String? {
        text.utf8.allSatisfy { (0x20...0x7e).contains($0) } ? text : nil
    }
}
