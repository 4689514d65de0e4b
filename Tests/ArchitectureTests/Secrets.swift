/// What has no place in a repository: paths of one machine, hosts of one network, keys.
enum Secrets {
    /// The hosts that a file may name: where we and our libraries live, names that stand for any host, and the one in the
    /// name of what an SVG is written in.
    static let hosts: Set<String> = [
        "github.com", "www.apache.org", "www.swift.org", "swift.org", "localhost", "127.0.0.1", "www.w3.org",
    ]

    /// Files that may hold long hex texts: hashes of what the tests themselves show.
    private static let hashes: Set<String> = [
        "Tests/RasidAccountsTests/KeyTextTests.swift", "docs/operating/write-a-gateway.md",
    ]

    private static let marks = [
        "-----BEGIN", "AKIA", "ghp_", "github_pat_", "glpat-", "xoxb-", "sk-ant-", "npm_", "AIza",
    ]
    private static let folders = ["/work/", "/home/", "/Users/", "/root/", "/opt/", "/private/"]

    static func breaches(in file: Repository.File) -> [String] {
        var breaches: [String] = []
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            breaches += faults(in: line).map { "\(file):\(index + 1) \($0)" }
            guard !hashes.contains(file.path) else { continue }
            for match in line.matches(of: /[0-9a-fA-F]{64,}/) where Set(match.output).count > 4 {
                breaches.append("\(file):\(index + 1) holds \(match.output.count) hex characters")
            }
        }
        return breaches
    }

    private static func faults(in line: Substring) -> [String] {
        var faults: [String] = []
        for folder in folders where namesFolder(folder, in: line) { faults.append("names a path of one machine") }
        for match in line.matches(of: /[a-z]+:\/\/([A-Za-z0-9.-]+)/) where !isCommon(match.output.1) {
            faults.append("names the host \(match.output.1)")
        }
        for mark in marks where hasKey(after: mark, in: line) { faults.append("holds what looks like a key") }
        return faults
    }

    /// A path that begins there, not one that goes through it: `/usr/home/` is another matter.
    private static func namesFolder(_ folder: String, in line: Substring) -> Bool {
        line.ranges(of: folder).contains { range in
            guard let before = line[..<range.lowerBound].last else { return true }
            return !before.isLetter && !before.isNumber && !"_.-}*~".contains(before)
        }
    }

    private static func isCommon(_ host: Substring) -> Bool {
        let name = host.lowercased()
        return hosts.contains(name) || name == "example" || name.hasSuffix(".example") || name.hasSuffix("example.com")
            || name.hasPrefix("192.0.2.") || name.hasPrefix("0.0.0.0") || !name.contains(".")
    }

    private static func hasKey(after mark: String, in line: Substring) -> Bool {
        line.ranges(of: mark).contains { range in
            if mark.hasPrefix("-") { return line[range.upperBound...].contains("PRIVATE KEY") }
            let rest = line[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
            return rest.count >= 16
        }
    }
}
