import Testing

/// The deliberate defects still fit the sources; what they break is shown by `scripts/sabotage`.
struct SabotageTests {
    /// One place that a patch changes: the lines that must stand there.
    private struct Hunk {
        let path: String
        var lines: [Substring] = []
    }

    private static func hunks(_ patch: String) -> [Hunk] {
        var hunks: [Hunk] = []
        var path = ""
        for line in patch.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("--- a/") {
                path = String(line.dropFirst(6))
            } else if line.hasPrefix("@@") {
                hunks.append(Hunk(path: path))
            } else if line.hasPrefix("-") || line.hasPrefix(" "), !hunks.isEmpty {
                hunks[hunks.count - 1].lines.append(line.dropFirst())
            }
        }
        return hunks
    }

    private static func applies(_ hunk: Hunk) throws -> Bool {
        try Repository.text(of: hunk.path).contains(hunk.lines.joined(separator: "\n"))
    }

    @Test func `every defect applies, and stands in the table of what caught it`() throws {
        let names = try Repository.files(in: "Tests/Sabotage")
        #expect(names.count >= 15)
        let table = try Repository.text(of: "docs/internals/testing.md")
        for name in names {
            let hunks = Self.hunks(try Repository.text(of: "Tests/Sabotage/\(name)"))
            #expect(!hunks.isEmpty, "\(name) changes nothing")
            for hunk in hunks { #expect(try Self.applies(hunk), "\(name) no longer applies to \(hunk.path)") }
            let row = table.split(separator: "\n").first { $0.hasPrefix("| \(name.dropLast(".patch".count)) |") }
            let cells = row?.split(separator: " | ", omittingEmptySubsequences: false).filter { $0.count > 0 } ?? []
            let isCaught = cells.count == 4 && Int(cells[2]) != nil && cells[3].contains(/[0-9]+/)
            #expect(isCaught, "docs/internals/testing.md does not say what caught \(name)")
        }
    }

    @Test func `a patch of other lines does not apply`() throws {
        let patch = """
            --- a/README.md
            +++ b/README.md
            @@ -1 +1 @@
            -no line of the README reads like this one
            +nor like this
            """
        let hunks = Self.hunks(patch)
        #expect(hunks.count == 1)
        for hunk in hunks { #expect(try !Self.applies(hunk)) }
    }
}
