import Foundation

/// Links in documents, and the paths that they name.
enum Links {
    /// The targets of `[text](target)` and `[name]: target`, code left out.
    static func targets(in text: String) -> [String] {
        var targets: [String] = []
        var isInFence = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isInFence.toggle() }
            guard !isInFence else { continue }
            let spoken = withoutCode(line)
            targets += spoken.matches(of: /\]\(<?([^)\s>]+)>?[^)]*\)/).map { String($0.output.1) }
            if let match = spoken.prefixMatch(of: /\[[^\]]+\]:\s*(\S+)/) { targets.append(String(match.output.1)) }
        }
        return targets
    }

    private static func withoutCode(_ line: Substring) -> String {
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined(separator: " ")
    }

    /// Relative links that lead nowhere.
    static func broken(in file: Repository.File, exists: (String) -> Bool = Repository.exists) -> [String] {
        targets(in: file.text).compactMap { target in
            guard !target.hasPrefix("#"), target.firstMatch(of: /^[a-zA-Z][a-zA-Z0-9+.-]*:/) == nil else { return nil }
            let path = target.prefix { $0 != "#" }
            let decoded = String(path).removingPercentEncoding ?? String(path)
            let resolved = resolve(decoded, in: file.folders.map(String.init))
            guard let resolved, exists(resolved) else { return "\(file) links '\(target)', which is not there" }
            return nil
        }
    }

    /// - Returns: nil for a path that leaves the repository.
    private static func resolve(_ path: String, in folder: [String]) -> String? {
        var parts = path.hasPrefix("/") ? [] : folder
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// Paths of `docs/` and `scripts/` that a document names in whatever way.
    static func named(in text: String) -> [String] {
        let paths = text.matches(of: /(?:^|[\s`(\["'])((?:docs|scripts)\/[A-Za-z0-9._\/-]*[A-Za-z0-9_\/-])/)
        return Set(paths.map { String($0.output.1) }).sorted()
    }

    static func missing(in file: Repository.File, exists: (String) -> Bool = Repository.exists) -> [String] {
        named(in: file.text).filter { !exists($0) }.map { "\(file) names \($0), which is not there" }
    }
}
