import Benchmark

/// The hot parts of the shop, each by itself: `swift package --package-path Benchmarks benchmark`.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput], timeUnits: .nanoseconds, scalingFactor: .kilo, maxDuration: .seconds(2))
    WireBenchmarks.register()
    CodeBenchmarks.register()
    SaleBenchmarks.register()
}
