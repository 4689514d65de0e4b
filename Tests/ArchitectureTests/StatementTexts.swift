/// The SQL texts of the sources, as they stand in `Statement("…")`.
enum StatementTexts {
    struct Found: Hashable, Sendable, CustomStringConvertible {
        let path: String
        let sql: String

        var description: String { "\(path): \(sql)" }
        var placeholders: Int { sql.count { $0 == "?" } }
        /// What reads or changes rows of ours, and so can be compiled against the tables; a driver asks its own engine more.
        var isAboutRows: Bool {
            !path.hasPrefix("Sources/RasidDatabase/Postgres/")
                && ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
        }
    }

    /// Every text of the sources.
    static func all() throws -> [Found] {
        let files = try Repository.sources()
        let constants = constants(in: files)
        return files.flatMap { file in
            let known = (constants[""] ?? [:]).merging(constants[file.path] ?? [:]) { $1 }
            return collect(in: file, constants: known)
        }
    }

    /// Texts that name something which is not known here, and so are checked by nobody.
    static func unread() throws -> [String] {
        let files = try Repository.sources()
        let constants = constants(in: files)
        return files.flatMap { file in
            let known = (constants[""] ?? [:]).merging(constants[file.path] ?? [:]) { $1 }
            return literals(after: "Statement(", in: file.text).filter { filled($0, known) == nil }
                .map { "\(file.path): \($0)" }
        }
    }

    /// - Parameter constants: texts that statements put into one another, by their names.
    static func collect(in file: Repository.File, constants: [String: String]) -> [Found] {
        literals(after: "Statement(", in: file.text).compactMap { text in
            guard let sql = filled(text, constants) else { return nil }
            return Found(path: file.path, sql: sql)
        }
    }

    /// `static let columns = "…"` and its like, by name and by `Type.name`.
    static func constants(in files: [Repository.File]) -> [String: [String: String]] {
        var constants: [String: [String: String]] = [:]
        for file in files {
            let type = file.path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
            for name in ["columns", "condition", "joins", "owner"] {
                guard let text = literals(after: "static let \(name) = ", in: file.text).first else { continue }
                constants[file.path, default: [:]][name] = text
                constants["", default: [:]]["\(type).\(name)"] = text
            }
        }
        return constants
    }

    /// The texts with their `\(name)`s filled in; nil where one is not known.
    private static func filled(_ text: String, _ constants: [String: String]) -> String? {
        var filled = text
        while let found = filled.firstMatch(of: /\\\(([A-Za-z.]+)\)/) {
            let name = String(found.output.1)
            guard let value = name.hasPrefix("Limits.") ? "1" : constants[name] else { return nil }
            filled.replaceSubrange(found.range, with: value)
        }
        return filled.contains("\\(") ? nil : filled
    }

    /// The string literals, short or long, that follow each `opening`.
    private static func literals(after opening: String, in text: String) -> [String] {
        var literals: [String] = []
        var rest = text[...]
        while let found = rest.firstRange(of: opening) {
            rest = rest[found.upperBound...].drop(while: \.isWhitespace)
            let quote = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
            guard rest.hasPrefix(quote) else { continue }
            rest = rest.dropFirst(quote.count)
            guard let end = rest.firstRange(of: quote) else { break }
            let lines = rest[..<end.lowerBound].split(separator: "\n").map { $0.drop(while: \.isWhitespace) }
            literals.append(lines.filter { !$0.isEmpty }.joined(separator: " "))
            rest = rest[end.upperBound...]
        }
        return literals
    }
}
