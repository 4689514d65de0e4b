// swift-tools-version:6.2
// What the shop is measured against and by; apart from it, so that the shop does not depend on it.

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "rasid-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(name: "rasid", path: ".."),
    ],
    targets: [
        .executableTarget(
            name: "Echo",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        // Sources/RasidBench belongs to the shop's own package, which shares its build.
        .executableTarget(
            name: "Rooms",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"), .product(name: "RasidRooms", package: "rasid"),
            ],
            path: "Benchmarks/Rooms", swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
