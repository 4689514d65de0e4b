import Testing

/// Documents do not rot: what they link and name is there.
struct LinkTests {
    @Test func `every relative link of every document leads somewhere`() throws {
        let broken = try Repository.files(withSuffix: ".md").flatMap { Links.broken(in: $0) }
        #expect(broken.isEmpty, "\(broken.joined(separator: "\n"))")
    }

    @Test func `every path that a document at the root names is there`() throws {
        let documents = try Repository.files(withSuffix: ".md").filter { $0.folders.isEmpty }
        #expect(documents.contains { $0.path == "README.md" })
        let missing = documents.flatMap { Links.missing(in: $0) }
        #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
    }

    private func broken(_ text: String, at path: String = "docs/a/B.md") -> [String] {
        let there: Set<String> = ["docs/a/C.md", "docs/D.md", "README.md", "docs/a b.md", "docs/a"]
        return Links.broken(in: Repository.File(path: path, text: text)) { there.contains($0) }
    }

    @Test(arguments: [
        "[c](C.md)", "[c](./C.md#part)", "[d](../D.md)", "[r](../../README.md)", "[r](/README.md)", "[a](../a%20b.md)",
        "[x](https://example.com/nothing)", "[x](mailto:a@example.com)", "[x](#here)", "`[x](nowhere.md)`",
        "```\n[x](nowhere.md)\n```", "[c]: C.md", "[c](C.md \"a title\")", "[folder](../a)",
    ])
    func `the check lets good links pass`(text: String) {
        #expect(broken(text).isEmpty)
    }

    @Test(arguments: [
        "[c](E.md)", "see [c](C.md) and [e](e.md)", "[out](../../../README.md)", "[x](../C.md#part)", "[e]: E.md",
        "```\n```\n[x](nowhere.md)", "![picture](picture.png)",
    ])
    func `the check finds links that lead nowhere`(text: String) {
        #expect(broken(text).count == 1)
    }

    @Test func `the check finds paths that are named and not there`() {
        let text = "Run `scripts/demo --json`, read docs/a/C.md. and (scripts/test), not mydocs/x; docs/gone.md"
        #expect(Links.named(in: text) == ["docs/a/C.md", "docs/gone.md", "scripts/demo", "scripts/test"])
        let file = Repository.File(path: "README.md", text: text)
        #expect(
            Links.missing(in: file) { $0.hasPrefix("scripts/") || $0 == "docs/a/C.md" } == [
                "README.md names docs/gone.md, which is not there"
            ])
    }
}
