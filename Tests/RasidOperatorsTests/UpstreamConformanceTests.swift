import Foundation
import RasidBase
import RasidClient
import RasidOperators
import RasidTesting
import Testing

/// Another shop of ours as the operator, put through the checks of every operator, behind a wire that fails.
@Suite(.serialized)
struct UpstreamConformanceTests {
    private static func number(_ text: String) -> ServiceNumber { ServiceNumber(stored: text, type: .adsl) }

    private static let facts: OperatorConformance.Facts = {
        var facts = OperatorConformance.Facts(number: number("036362608"), value: .dinars(1000))
        facts.refused = number("000000001")
        facts.stranger = number("000000007")
        // Plain HTTP: a changed bit within a word is not seen; what breaks the JSON is.
        facts.noticesCorruption = false
        return facts
    }()

    /// The sandbox of a live shop: its numbers fail on purpose.
    private static func conformance(
        seed: UInt64 = 1, _ body: (OperatorConformance) async throws -> [String]
    ) async throws -> [String] {
        try await LiveShop.run(operatorDelay: .milliseconds(20)) { shop in
            let caller = try await shop.openReseller().sandbox
            return try await FaultyProxy.run(to: shop.port, seed: seed) { proxy in
                let url = try #require(URL(string: "http://127.0.0.1:\(proxy.port)"))
                var settings = Upstream.Settings()
                settings.deadline = .seconds(20)
                settings.settlingTime = .seconds(1)
                let upstream = Upstream(
                    TopupClient.Configuration(baseURL: url, key: AccessKey(caller.key ?? "")), settings: settings)
                return try await body(OperatorConformance(upstream, facts, through: proxy))
            }
        }
    }

    @Test(arguments: OperatorConformance.Check.allCases)
    func `another shop does what every operator does`(check: OperatorConformance.Check) async throws {
        #expect(try await Self.conformance { await $0.breaches(of: check) } == [])
    }

    @Test(arguments: FaultyProxy.Fault.allCases)
    func `another shop says no false word while something goes wrong, and one code after`(
        fault: FaultyProxy.Fault
    ) async throws {
        #expect(try await Self.conformance { await $0.breaches(under: fault) } == [])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `another shop sells every order once over a wire that fails all the time`(seed: UInt64) async throws {
        #expect(try await Self.conformance(seed: seed) { await $0.breachesUnderAnything() } == [])
    }
}
