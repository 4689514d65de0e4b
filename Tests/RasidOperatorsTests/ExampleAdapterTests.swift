import RasidBase
import RasidOperators
import RasidTesting
import Testing

/// The adapters that strangers start from: what they have said once they say again, after a crash too.
@Suite(.serialized)
struct ExampleAdapterTests {
    private static func gateway(_ port: Int, secret: String = ExampleAdapter.secret) throws -> Gateway {
        Gateway(
            try Gateway.Settings(url: "http://127.0.0.1:\(port)/", secret: Gateway.Secret(secret)), time: SystemTime())
    }

    @Test(arguments: ExampleAdapter.those)
    func `an order is one recharge across restarts and kills`(adapter: ExampleAdapter) async throws {
        let folder = try TemporaryFolder()
        let made = GatewayTime.job()
        // Placed after the adapter's file is made.
        let job = Job(
            order: made.order, number: made.number, value: made.value, placedAt: SystemTime().now.adding(.seconds(600)))
        let first = try await adapter.run(in: folder.path, isKilled: true) { port in
            let gateway = try Self.gateway(port)
            #expect(await gateway.ask(job).outcome == .neverSeen)
            return await gateway.recharge(job)
        }
        guard case .fulfilled = first.outcome else {
            Issue.record("not recharged: \(first.words)")
            return
        }
        try await adapter.run(in: folder.path) { port in
            let gateway = try Self.gateway(port)
            #expect(await gateway.ask(job).outcome == first.outcome)
            #expect(await gateway.recharge(job).outcome == first.outcome)
        }
        withExtendedLifetime(folder) {}
    }

    @Test(arguments: ExampleAdapter.those)
    func `whoever has another secret or an old request is turned away`(adapter: ExampleAdapter) async throws {
        let folder = try TemporaryFolder()
        try await adapter.run(in: folder.path) { port in
            let stranger = try Self.gateway(port, secret: "another-made-up-secret")
            #expect(await stranger.recharge(GatewayTime.job()).trouble == .notLetIn)
            let settings = try Gateway.Settings(
                url: "http://127.0.0.1:\(port)/", secret: Gateway.Secret(ExampleAdapter.secret))
            let now = SystemTime().now
            for seconds in [-400, 400] as [Int64] {
                let late = Gateway(settings, time: ManualTime(now.adding(.seconds(seconds))))
                #expect(await late.ask(GatewayTime.job()).trouble == .notLetIn)
            }
            let near = Gateway(settings, time: ManualTime(now.adding(.seconds(-200))))
            let old = GatewayTime.job()
            let new = Job(
                order: old.order, number: old.number, value: old.value, placedAt: SystemTime().now.adding(.seconds(600))
            )
            #expect(await near.ask(new).outcome == .neverSeen)
            // Of what is older than its file it knows nothing: it may have done that, and lost another file.
            #expect(await near.ask(old).outcome == .unknown)
        }
        withExtendedLifetime(folder) {}
    }
}
