import Testing

/// Nothing in the repository belongs to one machine, one network or one person.
struct SecretTests {
    @Test func `no file names a machine's path or a strange host, or holds a key`() throws {
        let files = try Repository.files()
        #expect(files.count > 200)
        // The bad examples of this very suite are left out.
        let breaches = files.filter { !$0.path.hasPrefix("Tests/ArchitectureTests/Secret") }
            .flatMap { Secrets.breaches(in: $0) }
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    private func breaches(_ line: String) -> [String] {
        Secrets.breaches(in: Repository.File(path: "A.md", text: "fine\n\(line)\n"))
    }

    @Test(arguments: [
        "cd /work/main", "see /home/me/key", "\"/Users/me\"", "(/root/.ssh)", "url: https://registry.internal.corp/x",
        "https://npm.company.dev", "-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----",
        "AKIAIOSFODNN7EXAMPLE", "token ghp_0123456789abcdefghij0123456789abcdef",
        "key = 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ])
    func `the check finds what has no place here`(line: String) {
        let found = breaches(line)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("A.md:2 ") == true)
    }

    @Test(arguments: [
        "/var/lib/rasid", "https://github.com/apple/swift-nio", "http://127.0.0.1:8080/v3", "https://shop.example/v3",
        "postgres://user@host/db", "http://localhost:8080", "https://api.example.com", "0000000000000000",
        "a network_root/x", String(repeating: "0", count: 64), "http://\\(host):\\(port)", "./work/x", "ghp_short",
    ])
    func `the check leaves alone what anybody may write`(line: String) {
        #expect(breaches(line).isEmpty)
    }
}
