import Testing

/// The arrows that are missing are the design.
struct WallTests {
    @Test func `no file imports a room that its own does not know`() throws {
        let breaches = try Repository.sources().flatMap { Walls.breaches(in: $0) }
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    @Test func `the manifest says what the table says`() throws {
        let manifest = Walls.manifest(try Repository.text(of: "Package.swift"))
        for room in Set(manifest.keys).union(Walls.table.keys).sorted() {
            #expect(manifest[room] == Walls.table[room], "\(room)")
        }
    }

    @Test func `every folder is a target and every target a folder`() throws {
        let benches = try Repository.names(in: "Benchmarks/Sources").filter { Walls.table[$0] != nil }
        #expect(try Set(Repository.names(in: "Sources") + benches) == Set(Walls.table.keys))
        let manifest = try Repository.text(of: "Package.swift")
        // Sabotage is patches, not sources.
        for folder in try Repository.names(in: "Tests") where folder != "Sabotage" {
            #expect(manifest.contains("\"\(folder)\""), "\(folder)")
        }
    }

    @Test func `no arrow goes round in a circle`() {
        var known = Walls.table
        while let room = known.first(where: { $0.value.isEmpty })?.key {
            known[room] = nil
            for other in known.keys { known[other]?.remove(room) }
        }
        #expect(known.isEmpty, "\(known.keys.sorted())")
    }

    @Test(arguments: [
        "import RasidOrders", "public import RasidOrders", "@testable import RasidOrders",
        "@preconcurrency internal import RasidOrders", "import struct RasidOrders.Order",
        "  import   RasidOrders // why",
    ])
    func `the check finds an import in every way of writing it`(line: String) {
        let file = Repository.File(path: "Sources/RasidLedger/Bad.swift", text: "import RasidBase\n\(line)\n")
        #expect(Walls.breaches(in: file) == ["\(file) imports RasidOrders, which RasidLedger does not know"])
    }

    @Test func `the check leaves comments, strings and other libraries alone`() {
        let text = "// import RasidOrders\nimport Foundation\nimport Crypto\nlet a = \"import RasidOrders\"\n"
        #expect(Walls.breaches(in: Repository.File(path: "Sources/RasidLedger/Good.swift", text: text)).isEmpty)
    }

    @Test func `the check finds a file of no room and a room without a line`() {
        #expect(!Walls.breaches(in: Repository.File(path: "Sources/Loose.swift", text: "")).isEmpty)
        #expect(!Walls.breaches(in: Repository.File(path: "Sources/RasidNew/A.swift", text: "")).isEmpty)
    }

    @Test func `the manifest is read as it is written`() {
        let text = """
            room("RasidA", uses: [x]), room(
                "RasidB", knows: ["RasidA"], uses: [.product(name: "C", package: "d")])
            .executableTarget(name: "rasid", dependencies: ["RasidB", x])
            """
        #expect(Walls.manifest(text) == ["RasidA": [], "RasidB": ["RasidA"], "rasid": ["RasidB"]])
    }
}
