import Configuration
import Logging
import RasidBase
import RasidServer
import RasidTesting
import ServiceLifecycle
import Testing

/// An address that cannot be listened on is told in a sentence that says what to do.
struct ListeningFaultTests {
    /// How a server on this address refuses to start.
    private func refusal(host: String, port: Int) async throws -> String? {
        let folder = try TemporaryFolder()
        let shop = try OpenShop(.folder(folder.path))
        let vault = try await shop.vault(keyFile: nil)
        var settings = try ServeSettings(reader: ConfigReader(provider: InMemoryProvider(values: [:])))
        settings.host = host
        settings.port = port
        let logs = LogSink(descriptor: -1)
        let server = ShopServer(
            shop, vault: vault, settings: settings, logs: logs,
            logger: logs.logger(format: .text, level: .critical, time: ManualTime()))
        do {
            try await server.run { _ in }
            return nil
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    @Test func `a port that is taken is told by its number`() async throws {
        try await LiveShop.run { live in
            let said = try await refusal(host: "127.0.0.1", port: live.port)
            #expect(said?.hasPrefix("The port \(live.port) of 127.0.0.1 is taken") == true)
        }
    }

    @Test(arguments: ["192.0.2.1", "no-such-host.invalid"])
    func `an address that is not this machine's is told`(host: String) async throws {
        let said = try await refusal(host: host, port: 0)
        #expect(said == "\(host) is not an address of this machine: give another --host.")
    }
}
