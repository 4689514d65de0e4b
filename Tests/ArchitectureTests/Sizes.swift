/// How long files and functions are.
enum Sizes {
    static let fileLines = 300
    static let functionLines = 70

    /// Files and functions that are longer all the same, with the length that they may not exceed; to shrink only.
    static let ratchet: [String: Int] = [:]

    struct Function: Hashable {
        let name: String
        /// Counted from 1.
        let line: Int
        let lines: Int
    }

    static func lines(of text: String) -> Int {
        text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
    }

    /// Every `func` and `init` that has a body, the nested ones too.
    static func functions(in source: String) -> [Function] {
        let code = SwiftCode(source).code
        var functions: [Function] = []
        var line = 1
        for index in code.indices {
            if code[index] == 0x0a { line += 1 }
            guard let keyword = declaration(at: index, in: code), let end = end(of: code, from: index + keyword.count)
            else { continue }
            let rest = code[(index + keyword.count)...].drop { $0 == 0x20 }
            let name = rest.prefix { isWordPart($0) }
            functions.append(
                Function(
                    name: keyword == "init" ? "init" : String(decoding: name, as: UTF8.self), line: line,
                    lines: 1 + code[index...end].count { $0 == 0x0a }))
        }
        return functions
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x80...: true
        default: false
        }
    }

    private static func declaration(at index: Int, in code: [UInt8]) -> String? {
        guard let word = word(["func", "init"], at: index, in: code) else { return nil }
        let next = index + 4 < code.count ? code[index + 4] : 0
        return word == "func" || "(?!<".utf8.contains(next) ? word : nil
    }

    /// The one of `words` that stands by itself at `index`, not as somebody's member.
    private static func word(_ words: [String], at index: Int, in code: [UInt8]) -> String? {
        if index > 0, isWordPart(code[index - 1]) || ".`".utf8.contains(code[index - 1]) { return nil }
        return words.first { word in
            guard code[index] == word.utf8.first, code[index...].starts(with: word.utf8) else { return false }
            let next = index + word.utf8.count
            return next == code.count || !isWordPart(code[next])
        }
    }

    private static let members = ["func", "init", "var", "let", "subscript", "case", "associatedtype", "typealias"]

    /// The index of the brace that ends the body; nil for a declaration without one.
    private static func end(of code: [UInt8], from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            switch Unicode.Scalar(code[index]) {
            case "(", "[": parentheses += 1
            case ")", "]": parentheses -= 1
            case "{": braces += 1
            case "}":
                if braces == 0 { return nil }
                braces -= 1
                if braces == 0, parentheses == 0 { return index }
            default:
                // The next member begins: this one was a protocol's requirement.
                if braces == 0, parentheses == 0, word(members, at: index, in: code) != nil { return nil }
            }
        }
        return nil
    }

    /// What is too long in a file.
    static func breaches(in file: Repository.File, ratchet: [String: Int] = ratchet) -> [String] {
        var breaches: [String] = []
        let count = lines(of: file.text)
        if count > max(fileLines, ratchet[file.path] ?? 0) { breaches.append("\(file) has \(count) lines") }
        for function in functions(in: file.text) {
            let allowed = max(functionLines, ratchet["\(file.path):\(function.name)"] ?? 0)
            if function.lines > allowed {
                breaches.append("\(file):\(function.line) \(function.name) has \(function.lines) lines")
            }
        }
        return breaches
    }
}
