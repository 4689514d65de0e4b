import Testing

/// What the sources do without.
struct BannedWordTests {
    @Test func `no banned word stands in the sources`() throws {
        let breaches = try Repository.sources().flatMap { BannedWords.breaches(in: $0) }
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    @Test func `no allowance is left over`() throws {
        let paths = try Repository.sources().map(\.path)
        for allowed in BannedWords.rules.flatMap(\.allowed) {
            #expect(paths.contains { $0.hasPrefix(allowed) }, "\(allowed)")
        }
    }

    @Test(arguments: [
        "let a = try! f()", "let a = b as! C", "fatalError(\"no\")", "Task { await f() }", "Task.detached { f() }",
        "print(a)", "  print(a)", "let a: Double = 1", "let a: [Float]", "try await Task.sleep(for: .seconds(1))",
        "let now = Date()", "let id = UUID()", "var g = SystemRandomNumberGenerator()", "f(Task { 1 })",
        "let text = \"\\(try! f())\"",
    ])
    func `the check finds what it bans`(line: String) {
        let file = Repository.File(path: "Sources/RasidLedger/Bad.swift", text: "let x = 1\n\(line)\n")
        let breaches = BannedWords.breaches(in: file)
        #expect(breaches.count == 1, "\(breaches)")
        #expect(breaches.first?.hasPrefix("Sources/RasidLedger/Bad.swift:2 ") == true)
    }

    @Test(arguments: [
        "// try! is not used", "let a = \"print(1)\"", "DurationText.print(a)", "public static func print(_ a: Int) {}",
        "group.addTask { f() }", "withTaskGroup(of: Int.self) { $0 }", "let fingerprint = fingerprint(of: a)",
        "let doubled = reader.double(forKey: a)", "FloatingPoint.self", "let a = try? f()", "a.validateDate()",
    ])
    func `the check leaves alone what only looks like it`(line: String) {
        #expect(BannedWords.breaches(in: Repository.File(path: "Sources/A/A.swift", text: line)).isEmpty)
    }

    @Test func `a word may stand where its rule allows it`() {
        #expect(BannedWords.breaches(in: Repository.File(path: "Sources/rasid/A.swift", text: "print(a)")).isEmpty)
    }

    @Test func `an unchecked Sendable must be explained right above`() {
        func breaches(_ text: String) -> [String] {
            BannedWords.breaches(in: Repository.File(path: "Sources/A/A.swift", text: text))
        }
        #expect(breaches("final class A: @unchecked Sendable {}").count == 1)
        #expect(breaches("/// A class.\nfinal class A: @unchecked Sendable {}").count == 1)
        #expect(breaches("/// `@unchecked Sendable`: far away.\n\nfinal class A: @unchecked Sendable {}").count == 1)
        #expect(
            breaches("/// A.\n///\n/// `@unchecked Sendable`: a lock guards it.\nfinal class A: @unchecked Sendable {}")
                .isEmpty)
    }
}
