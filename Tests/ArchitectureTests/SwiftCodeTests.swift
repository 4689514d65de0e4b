import Testing

/// The reader that the other checkers stand on.
struct SwiftCodeTests {
    @Test(arguments: [
        ("let a = 1", "let a = 1"),
        ("a // try! b\nc", "a          \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"print("a } b")"#, "print(       )"),
        (#"f("a \"} b")"#, "f(         )"),
        (##"f(#"a "} \(b)"#)"##, "f(             )"),
        (#"f("a \(g(x) + "}") b")"#, "f(    (g(x) +    )   )"),
        ("f(\"\"\"\n  } \\(a)\n  \"\"\")", "f(   \n     (a)\n     )"),
    ])
    func `strings and comments are blank, code and line breaks stay`(source: String, code: String) {
        let read = SwiftCode(source)
        #expect(read.text == code)
        #expect(read.isBalanced)
    }

    @Test(arguments: ["f(", "{", "\"abc", "/* a", "}", "\"\"\"\nabc"])
    func `what does not end is told`(source: String) {
        #expect(!SwiftCode(source).isBalanced)
    }

    @Test func `every source of ours is read to its end`() throws {
        let files = try Repository.sources()
        #expect(files.count > 100)
        for file in files {
            let code = SwiftCode(file.text)
            #expect(code.isBalanced, "\(file)")
            #expect(code.lines.count == file.text.split(separator: "\n", omittingEmptySubsequences: false).count)
        }
    }
}
