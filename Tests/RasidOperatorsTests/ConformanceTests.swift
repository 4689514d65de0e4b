import RasidBase
import RasidOperators
import RasidTesting
import Testing

/// Every operator of ours, put through the same checks.
@Suite(.serialized)
struct ConformanceTests {
    private static let missing = ExampleAdapter.allCases.filter { !$0.isThere }
    private static let hint = Comment(
        rawValue: "not there: \(missing.map(\.rawValue)); run 'swift build' in examples/gateway/swift, get python3")

    private static func number(_ text: String) -> ServiceNumber { ServiceNumber(stored: text, type: .adsl) }

    /// The sandbox's numbers, which the examples know too.
    private static let facts: OperatorConformance.Facts = {
        var facts = OperatorConformance.Facts(number: number("000000000"), value: .dinars(1000))
        facts.refused = number("000000001")
        facts.stranger = number("000000007")
        return facts
    }()

    private static func conformance(
        of adapter: ExampleAdapter, seed: UInt64 = 1, _ body: (OperatorConformance) async throws -> [String]
    ) async throws -> [String] {
        let folder = try TemporaryFolder()
        return try await adapter.run(in: folder.path) { port in
            try await FaultyProxy.run(to: port, seed: seed) { proxy in
                let settings = try Gateway.Settings(
                    url: "http://127.0.0.1:\(proxy.port)/", secret: Gateway.Secret(ExampleAdapter.secret),
                    deadline: .seconds(20))
                let gateway = Gateway(settings, time: SystemTime())
                return try await body(OperatorConformance(gateway, facts, through: proxy))
            }
        }
    }

    @Test(arguments: OperatorConformance.Check.allCases)
    func `the simulator does what every operator does`(check: OperatorConformance.Check) async {
        var facts = Self.facts
        facts.remembers = false
        let simulator = Simulator(delay: .milliseconds(10), time: SystemTime())
        #expect(await OperatorConformance(simulator, facts).breaches(of: check) == [])
    }

    @Test(arguments: ExampleAdapter.those, OperatorConformance.Check.allCases)
    func `a gateway does what every operator does`(
        adapter: ExampleAdapter, check: OperatorConformance.Check
    ) async throws {
        #expect(try await Self.conformance(of: adapter) { await $0.breaches(of: check) } == [])
    }

    @Test(arguments: ExampleAdapter.those, FaultyProxy.Fault.allCases)
    func `a gateway says no false word while something goes wrong, and one code after`(
        adapter: ExampleAdapter, fault: FaultyProxy.Fault
    ) async throws {
        #expect(try await Self.conformance(of: adapter) { await $0.breaches(under: fault) } == [])
    }

    @Test(arguments: ExampleAdapter.those, [1, 2, 3] as [UInt64])
    func `a gateway sells every order once over a wire that fails all the time`(
        adapter: ExampleAdapter, seed: UInt64
    ) async throws {
        #expect(try await Self.conformance(of: adapter, seed: seed) { await $0.breachesUnderAnything() } == [])
    }

    /// Says by its name what was left out.
    @Test(.enabled(if: missing.isEmpty, hint))
    func `every example is there`() {}
}
