import RasidBase
import Testing

@testable import RasidOperators

/// What the owner tells of an adapter, and the secret that nothing prints.
struct GatewaySettingsTests {
    @Test(arguments: [
        "http://127.0.0.1:9000/", "http://localhost:9000", "https://gateway.example/rasid?shop=1", "HTTP://[::1]:9/",
    ])
    func `a URL over HTTP is taken`(url: String) throws {
        #expect(try Gateway.Settings(url: url, secret: ScriptedAdapter.secret()).url == url)
    }

    @Test(arguments: [
        "", "127.0.0.1:9000", "http://", "http:///path", "ftp://127.0.0.1/", "unix:///tmp/a", "http+unix://a/b",
        "http://127.0.0.1:9000/a b", "http://127.0.0.1/#a", "http://user:word@127.0.0.1/", "http://مثال.example/",
        "http://127.0.0.1/\n",
    ])
    func `anything else is refused with a sentence`(url: String) throws {
        #expect(throws: Refusal.self) { try Gateway.Settings(url: url, secret: ScriptedAdapter.secret()) }
    }

    @Test func `times and numbers have bounds`() throws {
        let secret = try ScriptedAdapter.secret()
        let url = "http://127.0.0.1:9000/"
        #expect(throws: Refusal.self) { try Gateway.Settings(url: url, secret: secret, deadline: .zero) }
        #expect(throws: Refusal.self) { try Gateway.Settings(url: url, secret: secret, deadline: .seconds(3601)) }
        #expect(throws: Refusal.self) { try Gateway.Settings(url: url, secret: secret, settlingTime: .seconds(-1)) }
        #expect(throws: Refusal.self) { try Gateway.Settings(url: url, secret: secret, concurrency: 0) }
    }

    @Test func `nothing that prints a secret shows it`() throws {
        let secret = try ScriptedAdapter.secret()
        let settings = try Gateway.Settings(url: "http://127.0.0.1:9000/", secret: secret)
        var dumped = ""
        dump(secret, to: &dumped)
        dump(settings, to: &dumped)
        let printed = [
            dumped, "\(secret)", String(describing: secret), String(reflecting: secret), "\(settings)",
            String(reflecting: settings), "\(Optional(secret) as Any)", "\([secret])",
            "\(Gateway(settings, time: GatewayTime.now))", "\(Mirror(reflecting: secret).children.map { $0 })",
        ]
        for text in printed { #expect(!text.contains(ScriptedAdapter.secretText)) }
        #expect(secret.revealed == ScriptedAdapter.secretText)
    }

    @Test func `a secret is one plain word, with the white space of its file left out`() throws {
        #expect(try Gateway.Secret(" \tmade-up-secret-for-tests\r\n").revealed == ScriptedAdapter.secretText)
        let long = String(repeating: "a", count: 257)
        for text in ["", "too-short", "made up secret for tests", "سر-سر-سر-سر-سر-سر", long] {
            #expect(throws: Refusal.self) { try Gateway.Secret(text) }
        }
    }
}
