import ArgumentParser
import Foundation
import Logging
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock
import RasidTesting
import Testing

@testable import rasid

/// What is settled before a server accepts its first connection.
@Suite struct ServeCommandTests {
    private func file(_ text: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.path + "/settings.json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `an empty setting of the environment counts as not given`() async throws {
        let shop = try CommandLineShop()
        let names = [
            "HOST", "PORT", "OPERATOR_DELAY", "RATE_LIMIT", "INVALID_KEYS", "TRUSTED_PROXIES", "LOG_LEVEL",
            "LOG_FORMAT", "CONFIG", "DATA", "VAULT_KEY",
        ]
        let settings = Dictionary(uniqueKeysWithValues: names.map { ("RASID_" + $0, "") })
        let refused = try await shop.rasid("serve", settings: settings)
        #expect(refused.complaint.hasPrefix("rasid: There is no shop in \(shop.data)"))
    }

    @Test func `a settings file with a name that is no setting is refused by that name`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(#"{"port": 0, "log-levle": "info"}"#, in: shop.folder)
        for settings in [["RASID_CONFIG": path], [:]] {
            let option = settings.isEmpty ? ["--config", path] : []
            let refused = try await RasidProgram.run(["serve", "--data", shop.data] + option, settings: settings)
            #expect(refused.code == 1)
            #expect(refused.complaint.contains("'log-levle'"))
        }
    }

    @Test func `invalid keys are a flag, too`() async throws {
        #expect(try await ServerOptions.parse(["--invalid-keys", "7"]).settings().invalidKeys == 7)
        for wrong in ["0", "1000001", "x"] {
            #expect(try await RasidProgram.run(["serve", "--invalid-keys", wrong]).code == 64)
        }
    }

    @Test func `the demo's own log level stands below flag and file`() async throws {
        let folder = try TemporaryFolder()
        let path = try file(#"{"log-level": "info"}"#, in: folder)
        func level(_ arguments: String...) async throws -> Logger.Level {
            try await ServerOptions.parse(arguments).settings(usualLogLevel: .warning).logLevel
        }
        #expect(try await level() == .warning)
        #expect(try await level("--config", path) == .info)
        #expect(try await level("--config", path, "--log-level", "debug") == .debug)
    }

    @Test func `the demo refuses a real shop before it writes anything`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let refused = try await shop.rasid("demo", "--port", "0", "--json")
        #expect(refused.code == 1 && refused.output.isEmpty)
        #expect(refused.complaint.contains("'rasid serve'"))
        #expect(try !shop.names.contains("vault.key"))
        #expect(try await shop.rasid("key", "list", CommandLineShop.username).output.contains("has no keys"))
    }

    @Test(arguments: [
        ("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80"),
        ("0:0:0:0:0:0:0:0", "http://[::1]:80"), ("2001:db8::1", "http://[2001:db8::1]:80"),
        ("localhost", "http://localhost:80"),
    ])
    func `the demo's address is one that a client can use`(host: String, url: String) {
        #expect(DemoCard.url(host, 80) == url)
    }

    @Test func `the demo's line is JSON whatever the folder is called`() async throws {
        struct Line: Decodable {
            let url: String
            let username: String
            let sandboxKey: String
            let productionKey: String
            let data: String
            let pid: Int
        }
        let folder = try TemporaryFolder()
        let shop = try OpenShop(.folder(folder.path))
        let demo = try await DemoShop(
            in: shop, vault: try await shop.vault(keyFile: nil), time: SystemTime(), identifiers: SystemIdentifiers())
        try await shop.close()
        let odd = "/a\"b\\c\nd\te"
        let text = try DemoCard(url: "http://x", folder: odd, demo: demo).json
        #expect(!text.contains("\n"))
        let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        #expect(line.data == odd && line.url == "http://x" && line.sandboxKey == demo.sandboxKey)
        #expect(line.productionKey == demo.productionKey && line.pid == Int(getpid()))
    }
}
