/// Words that do not stand in the sources, each with the places where it may.
enum BannedWords {
    struct Rule: Sendable {
        let word: String
        let reason: String
        /// The paths, or beginnings of paths, where it may stand all the same.
        var allowed: [String] = []
    }

    static let rules = [
        Rule(word: "try!", reason: "a failure is handled or thrown"),
        Rule(word: "as!", reason: "a type is asked for with as?"),
        Rule(word: "fatalError(", reason: "only preconditionFailure, where a call of ours is impossible (law 9)"),
        Rule(word: "Task {", reason: "everything that lives is a Service or a child of one"),
        Rule(word: "Task.detached", reason: "everything that lives is a Service or a child of one"),
        Rule(word: "Task.init", reason: "everything that lives is a Service or a child of one"),
        Rule(word: "print(", reason: "a server logs", allowed: ["Sources/rasid/"]),
        Rule(word: "Double", reason: "no floating point near money (law 7)"),
        Rule(word: "Float", reason: "no floating point near money (law 7)"),
        Rule(
            word: "Task.sleep", reason: "time is passed in (law 8)",
            allowed: ["Sources/RasidBase/TimeAndIdentifiers.swift"]),
        Rule(word: "Date(", reason: "time is passed in (law 8)"),
        Rule(word: "UUID(", reason: "ids are passed in (law 8)"),
        Rule(
            word: "SystemRandomNumberGenerator", reason: "randomness is passed in (law 8)",
            allowed: ["Sources/RasidBase/SystemIdentifiers.swift"]),
        Rule(
            word: "getentropy", reason: "randomness is passed in (law 8)",
            allowed: ["Sources/RasidBase/SystemIdentifiers.swift"]),
    ]

    static func breaches(in file: Repository.File, rules: [Rule] = rules) -> [String] {
        var breaches: [String] = []
        for (index, line) in SwiftCode(file.text).lines.enumerated() {
            for rule in rules where !rule.allowed.contains(where: file.path.hasPrefix) && stands(rule.word, in: line) {
                breaches.append("\(file):\(index + 1) '\(rule.word)': \(rule.reason)")
            }
        }
        return breaches + unexplained(in: file)
    }

    /// Whether a word stands there by itself: not as a part of another, nor as somebody's member or declaration.
    private static func stands(_ word: String, in line: Substring) -> Bool {
        line.ranges(of: word).contains { range in
            let before = line[..<range.lowerBound]
            let after = line[range.upperBound...]
            if let last = before.last, isWordPart(last) || last == "." { return false }
            if let last = word.last, isWordPart(last), let next = after.first, isWordPart(next) { return false }
            return !before.hasSuffix("func ")
        }
    }

    private static func isWordPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// `@unchecked Sendable` without a comment right above it that says what protects the value.
    private static func unexplained(in file: Repository.File) -> [String] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        let code = SwiftCode(file.text).lines
        return code.indices.filter { index in
            guard code[index].contains("@unchecked") else { return false }
            let comment = lines[..<index].reversed().prefix { $0.drop { $0 == " " }.hasPrefix("//") }
            return !comment.contains { $0.contains("@unchecked Sendable") }
        }.map { "\(file):\($0 + 1) '@unchecked Sendable' without a comment that says what protects it" }
    }
}
