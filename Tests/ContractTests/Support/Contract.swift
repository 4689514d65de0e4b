import RasidTesting
import Testing

/// Every suite of the contract stands in here, so that one server serves them all.
///
/// Each test opens accounts of its own and calls from an address of its own; what needs another server starts it.
@Suite(.liveShop, .aFewAtATime) enum Contract {
    @TaskLocal fileprivate static var served: LiveShop?

    /// Whose `X-Forwarded-For` the shop believes.
    static let trustedProxies = "127.66.0.0/16"

    /// The shop that serves this suite.
    static var shop: LiveShop { get throws { try #require(served) } }
}

/// Serves as long as the suite runs, and looks afterwards whether anything of ours went wrong on the way.
struct LiveShopTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await LiveShop.run(trustedProxies: [Contract.trustedProxies]) { shop in
            try await Contract.$served.withValue(shop) { try await function() }
            let failures = try shop.logLines().filter { $0.contains(#""message":"request failed""#) }
            #expect(failures.isEmpty)
        }
    }
}

extension Trait where Self == LiveShopTrait {
    static var liveShop: LiveShopTrait { LiveShopTrait() }
}
