import Testing

/// Files of at most 300 lines, functions of at most 70.
struct SizeTests {
    @Test func `no file and no function is too long`() throws {
        let breaches = try Repository.sources().flatMap { Sizes.breaches(in: $0) }
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    @Test func `the ratchet holds nothing that it need not`() throws {
        for (name, allowed) in Sizes.ratchet {
            let path = name.split(separator: ":").first.map(String.init) ?? ""
            let file = Repository.File(path: path, text: try Repository.text(of: path))
            #expect(!Sizes.breaches(in: file, ratchet: [:]).isEmpty, "\(name) need not stand at \(allowed)")
        }
    }

    @Test func `the check finds functions where they are, however they are written`() {
        let source = """
            struct A {
                init?(_ a: () -> Void = {}) {
                    self.init(b: 1)
                }
                func b<T>(
                    _ t: T
                ) async throws(E) -> [T] where T: P {
                    func c() {}
                    let d = A.init()
                    print("func e() {")
                }
            }
            protocol P {
                func f() -> Int
                init(g: Int)
                var h: Int { get }
                func i()
            }
            func j() { if true {
            } }
            """
        let found = Sizes.functions(in: source).map { "\($0.name) \($0.line) \($0.lines)" }
        #expect(found == ["init 2 3", "b 5 7", "c 8 1", "j 19 2"])
    }

    @Test func `the check finds a function and a file that are too long by one line`() {
        func file(_ count: Int) -> Repository.File {
            let body = String(repeating: "    work()\n", count: count - 2)
            return Repository.File(path: "Sources/A/A.swift", text: "func long() {\n\(body)}\n")
        }
        #expect(Sizes.breaches(in: file(70)).isEmpty)
        #expect(Sizes.breaches(in: file(71)) == ["Sources/A/A.swift:1 long has 71 lines"])
        #expect(Sizes.breaches(in: file(71), ratchet: ["Sources/A/A.swift:long": 71]).isEmpty)
        #expect(Sizes.breaches(in: file(72), ratchet: ["Sources/A/A.swift:long": 71]).count == 1)
        let tall = Repository.File(path: "A.swift", text: String(repeating: "let a = 1\n", count: 301))
        #expect(Sizes.breaches(in: tall) == ["A.swift has 301 lines"])
        #expect(
            Sizes.breaches(in: Repository.File(path: "A.swift", text: String(repeating: "\n", count: 300))).isEmpty)
    }
}
