// swift-tools-version:6.2
// The walls between the rooms: a target may import only what stands beside its name here.
// Tests/ArchitectureTests compares this file with the `import` lines of every source file.

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A room of ours: its name, the rooms it may know, the libraries it stands on.
func room(_ name: String, knows rooms: [String] = [], uses products: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: rooms.map { .init(stringLiteral: $0) } + products, swiftSettings: strict)
}

func tests(_ name: String, of rooms: [String], uses products: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: rooms.map { .init(stringLiteral: $0) } + products, swiftSettings: strict)
}

let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let inMemoryLogging: Target.Dependency = .product(name: "InMemoryLogging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleTesting: Target.Dependency = .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let structuredHeaders: Target.Dependency = .product(
    name: "RawStructuredFieldValues", package: "swift-http-structured-headers")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "rasid",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "rasid", targets: ["rasid"]),
        .executable(name: "rasid-bench", targets: ["RasidBench"]),
        .library(name: "RasidClient", targets: ["RasidClient"]),
        // For the microbenchmarks, which are a package of their own.
        .library(
            name: "RasidRooms",
            targets: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidLedger", "RasidStock", "RasidOrders", "RasidWire",
                "RasidServer",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["JSON"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        room("RasidBase"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CLibPQ"),
        room("RasidDatabase", knows: ["RasidBase", "CSQLite", "CLibPQ"], uses: [grdb, grdbSQLite, lifecycle, deque]),
        room("RasidAccounts", knows: ["RasidBase", "RasidDatabase"], uses: [crypto]),
        room("RasidEvents", knows: ["RasidBase", "RasidDatabase"]),
        room("RasidLedger", knows: ["RasidBase", "RasidDatabase", "RasidEvents"]),
        room("RasidStock", knows: ["RasidBase", "RasidDatabase"], uses: [crypto]),
        room(
            "RasidOrders",
            knows: ["RasidBase", "RasidDatabase", "RasidLedger", "RasidStock", "RasidEvents"]),
        room(
            "RasidOperators", knows: ["RasidBase", "RasidClient", "RasidWire"],
            uses: [asyncHTTPClient, crypto, nioCore, nioHTTP1]),
        room(
            "RasidDelivery",
            knows: [
                "RasidBase", "RasidDatabase", "RasidOrders", "RasidOperators", "RasidLedger", "RasidStock",
                "RasidEvents",
            ],
            uses: [logging, lifecycle]),
        room("RasidWire", knows: ["RasidBase"]),
        room("RasidClient", knows: ["RasidBase", "RasidWire"], uses: [asyncHTTPClient, nioCore, nioHTTP1]),
        room(
            "RasidAPI",
            knows: [
                "RasidBase", "RasidWire", "RasidAccounts", "RasidOrders", "RasidStock", "RasidLedger", "RasidEvents",
            ],
            uses: [
                hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, nioCore, nioHTTP1, structuredHeaders,
            ]),
        room(
            "RasidServer",
            knows: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidEvents", "RasidLedger", "RasidStock",
                "RasidOrders", "RasidClient", "RasidOperators", "RasidDelivery", "RasidWire", "RasidAPI",
            ],
            uses: [hummingbird, logging, lifecycle, nioCore, unixSignals, configuration]),
        room(
            "RasidSimulation",
            knows: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidEvents", "RasidLedger", "RasidStock",
                "RasidOrders", "RasidOperators", "RasidDelivery",
            ],
            uses: [heap, logging]),
        .executableTarget(
            name: "rasid",
            dependencies: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidEvents", "RasidLedger", "RasidStock",
                "RasidOrders", "RasidOperators", "RasidServer", "RasidSimulation", argumentParser, configuration,
                logging, system, unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "RasidBench",
            dependencies: [
                "RasidBase", "RasidDatabase", "CSQLite", "CLibPQ", "RasidAccounts", "RasidLedger", "RasidStock",
                "RasidOrders", "RasidServer", "RasidSimulation", argumentParser,
            ],
            path: "Benchmarks/Sources/RasidBench", swiftSettings: strict),
        // The example is a package of its own, too; here it is built and tried with everything else.
        .executableTarget(
            name: "GatewayExample", dependencies: [crypto, httpTypes, hummingbird],
            path: "examples/gateway/swift/Sources/Gateway",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .target(
            name: "RasidTesting",
            dependencies: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidLedger", "RasidStock", "RasidOrders", "RasidAPI",
                "RasidOperators", "RasidServer", "RasidSimulation", configuration, lifecycle, logging, nioCore,
                nioPosix,
            ],
            path: "Tests/RasidTesting", swiftSettings: strict),
        tests(
            "RasidLedgerTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidLedger", "RasidEvents", "RasidStock", "RasidOrders", "RasidTesting",
            ]),
        tests(
            "RasidStockTests",
            of: ["RasidBase", "RasidDatabase", "RasidStock", "RasidOrders", "RasidTesting"], uses: [crypto]),
        tests(
            "RasidOperatorsTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidStock", "RasidOrders", "RasidClient", "RasidOperators",
                "RasidServer", "RasidTesting", "GatewayExample",
            ],
            uses: [asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix, subprocess, system]),
        tests(
            "RasidClientTests",
            of: ["RasidBase", "RasidWire", "RasidClient", "RasidServer", "RasidTesting"],
            uses: [asyncHTTPClient, nioCore, nioHTTP1, nioPosix, subprocess, system]),
        tests(
            "RasidOrdersTests",
            of: ["RasidBase", "RasidDatabase", "RasidStock", "RasidLedger", "RasidOrders", "RasidTesting"]),
        tests(
            "RasidDeliveryTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidStock", "RasidLedger", "RasidOrders", "RasidOperators",
                "RasidDelivery", "RasidServer", "RasidTesting",
            ], uses: [logging, inMemoryLogging, lifecycle, lifecycleTesting]),
        tests(
            "RasidServerTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidLedger", "RasidStock", "RasidOrders",
                "RasidDelivery", "RasidAPI", "RasidServer", "RasidTesting",
            ], uses: [configuration, logging, lifecycle, lifecycleTesting]),
        tests("ArchitectureTests", of: ["RasidBase", "RasidDatabase", "RasidServer"]),
        tests("RasidWireTests", of: ["RasidBase", "RasidWire"]),
        tests(
            "RasidAPITests",
            of: [
                "RasidBase", "RasidDatabase", "RasidWire", "RasidAccounts", "RasidEvents", "RasidOrders", "RasidStock",
                "RasidLedger", "RasidAPI",
            ],
            uses: [
                hummingbird, hummingbirdCore, httpTypes, logging, nioCore, nioHTTP1, nioPosix, lifecycle,
            ]),
        tests(
            "RasidCommandTests",
            of: [
                "rasid", "RasidBase", "RasidDatabase", "RasidAccounts", "RasidStock", "RasidOrders", "RasidServer",
                "RasidTesting",
            ], uses: [argumentParser, logging, subprocess]),
        tests(
            "RasidSimulationTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidOrders", "RasidOperators", "RasidServer", "RasidSimulation",
                "RasidTesting",
            ]),
        tests("RasidBaseTests", of: ["RasidBase"]),
        tests("RasidDatabaseTests", of: ["RasidBase", "RasidDatabase", "RasidTesting"], uses: [grdb]),
        tests("RasidAccountsTests", of: ["RasidBase", "RasidDatabase", "RasidAccounts"]),
        tests(
            "ScenarioTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidLedger", "RasidStock", "RasidOrders",
                "RasidServer", "RasidSimulation", "RasidTesting",
            ], uses: [subprocess, system]),
        tests(
            "ShippedBugTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidEvents", "RasidLedger", "RasidStock",
                "RasidOrders", "RasidDelivery", "RasidServer", "RasidTesting",
            ], uses: [grdb, logging]),
        tests(
            "ContractTests",
            of: [
                "RasidBase", "RasidDatabase", "RasidAccounts", "RasidStock", "RasidOrders", "RasidAPI", "RasidServer",
                "RasidTesting",
            ]),
    ]
)
