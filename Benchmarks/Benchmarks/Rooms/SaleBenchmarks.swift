import Benchmark
import RasidBase
import RasidOrders

/// A sale with its commit, on a store in memory where the machine has one: what it computes, not what a disk does.
enum SaleBenchmarks {
    static func register() {
        // Nobody moves the log of an inline store, so it must end before the log is long.
        Benchmark(
            "place",
            configuration: .init(
                metrics: [.wallClock, .throughput], timeUnits: .nanoseconds, scalingFactor: .one,
                maxDuration: .seconds(2), maxIterations: 5000),
            closure: { (benchmark: Benchmark, shop: BenchShop) in
                for _ in benchmark.scaledIterations {
                    let request = PlaceRequest(
                        type: .adsl, number: "036362608", value: .dinars(1000), reference: nil, idempotencyKey: nil)
                    blackHole(try await shop.orders.place(request, in: shop.wallet))
                }
            },
            setup: { try BenchShop() })
    }
}
