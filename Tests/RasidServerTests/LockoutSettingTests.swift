import Configuration
import Logging
import RasidBase
import RasidServer
import RasidTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

/// How many invalid keys an address may send is the owner's to say (contract §2).
@Suite(.timeLimit(.minutes(1)))
struct LockoutSettingTests {
    private func server(_ folder: TemporaryFolder, invalidKeys: Int) async throws -> ShopServer {
        let shop = try OpenShop(.folder(folder.path))
        let reader = ConfigReader(
            provider: InMemoryProvider(values: [
                "port": 0, "invalid-keys": ConfigValue(.int(invalidKeys), isSecret: false),
            ]))
        let logs = LogSink(descriptor: -1)
        return ShopServer(
            shop, vault: try await shop.vault(keyFile: nil), settings: try ServeSettings(reader: reader), logs: logs,
            logger: logs.logger(format: .text, level: .critical, time: ManualTime()))
    }

    @Test func `an address is blocked after as many invalid keys as the settings say`() async throws {
        let folder = try TemporaryFolder()
        let server = try await server(folder, invalidKeys: 2)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let request = RawHTTP.request(
            "GET", "/v3/account/balance", headers: ["X-Access-Token: 00000000-0000-4000-8000-000000000000"])
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run { port.yield($0) } }
                let number = try #require(await ports.first { _ in true })
                var statuses: [Int] = []
                for _ in 0..<3 { statuses.append(try await RawHTTP.exchange(number, request).status) }
                #expect(statuses[0] == statuses[1] && statuses[1] != statuses[2], "\(statuses)")
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }
}
