/// A Swift text in which comments and the contents of strings are blank, line for line as long as it was.
///
/// Enough of a reader to count braces and to look for words; a regular expression between slashes that holds a
/// quote would mislead it, and ``isBalanced`` would say so.
struct SwiftCode {
    private enum Place {
        case code(parentheses: Int)
        case lineComment
        case blockComment(depth: Int)
        case string(hashes: Int, isLong: Bool)
    }

    /// The bytes of the code, blanks where something was left out.
    let code: [UInt8]
    var text: String { String(decoding: code, as: UTF8.self) }

    private(set) var isBalanced = true

    init(_ source: String) {
        var reader = Reader(Array(source.utf8))
        while reader.step() {}
        code = reader.code
        isBalanced = reader.isAtRest && Self.countsMatch(reader.code)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    private static func countsMatch(_ code: [UInt8]) -> Bool {
        var counts = [Int](repeating: 0, count: 256)
        for byte in code { counts[Int(byte)] += 1 }
        return ["{}", "()", "[]"].allSatisfy { pair in
            Set(pair.utf8.map { counts[Int($0)] }).count == 1
        }
    }

    private struct Reader {
        let source: [UInt8]
        var index = 0
        var code: [UInt8] = []
        var places: [Place] = [.code(parentheses: 0)]

        init(_ source: [UInt8]) {
            self.source = source
            code.reserveCapacity(source.count)
        }

        var isAtRest: Bool {
            switch places.last {
            case .code where places.count == 1, .lineComment where places.count == 2: true
            default: false
            }
        }

        mutating func step() -> Bool {
            guard index < source.count, let place = places.last else { return false }
            switch place {
            case .code(let parentheses): readCode(parentheses)
            case .lineComment: readLineComment()
            case .blockComment(let depth): readBlockComment(depth)
            case .string(let hashes, let isLong): readString(hashes, isLong)
            }
            return true
        }

        private func stands(_ text: String, at place: Int? = nil) -> Bool {
            let place = place ?? index
            guard source.count - place >= text.utf8.count else { return false }
            return zip(place..., text.utf8).allSatisfy { source[$0] == $1 }
        }

        private mutating func take(_ count: Int, keep: Bool) {
            for byte in source[index..<min(index + count, source.count)] {
                // One blank for a character, whatever it takes in bytes.
                if keep || byte == 0x0a { code.append(byte) } else if byte & 0xc0 != 0x80 { code.append(0x20) }
            }
            index += count
        }

        private mutating func readCode(_ parentheses: Int) {
            let byte = source[index]
            if byte == UInt8(ascii: "/") {
                if stands("//") { return enter(.lineComment, 2) }
                if stands("/*") { return enter(.blockComment(depth: 1), 2) }
            }
            if byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\"") {
                let hashes = source[index...].prefix { $0 == UInt8(ascii: "#") }.count
                if stands("\"", at: index + hashes) {
                    let isLong = stands("\"\"\"", at: index + hashes)
                    return enter(.string(hashes: hashes, isLong: isLong), hashes + (isLong ? 3 : 1))
                }
            }
            if places.count > 1, byte == UInt8(ascii: "(") {
                places[places.count - 1] = .code(parentheses: parentheses + 1)
            } else if places.count > 1, byte == UInt8(ascii: ")") {
                places[places.count - 1] = .code(parentheses: parentheses - 1)
                if parentheses == 1 { places.removeLast() }
            }
            take(1, keep: true)
        }

        private mutating func enter(_ place: Place, _ count: Int) {
            places.append(place)
            take(count, keep: false)
        }

        private mutating func readLineComment() {
            if source[index] == 0x0a { places.removeLast() }
            take(1, keep: false)
        }

        private mutating func readBlockComment(_ depth: Int) {
            if stands("/*") {
                places[places.count - 1] = .blockComment(depth: depth + 1)
                return take(2, keep: false)
            }
            guard stands("*/") else { return take(1, keep: false) }
            if depth == 1 { places.removeLast() } else { places[places.count - 1] = .blockComment(depth: depth - 1) }
            take(2, keep: false)
        }

        private mutating func readString(_ hashes: Int, _ isLong: Bool) {
            let escape = "\\" + String(repeating: "#", count: hashes)
            let end = (isLong ? "\"\"\"" : "\"") + String(repeating: "#", count: hashes)
            if stands(escape + "(") {
                take(escape.count, keep: false)
                places.append(.code(parentheses: 1))
                return take(1, keep: true)
            }
            if stands(escape) { return take(escape.count + 1, keep: false) }
            guard stands(end) else { return take(1, keep: false) }
            places.removeLast()
            take(end.count, keep: false)
        }
    }
}
