/// The walls between the rooms: who may import whom (design §3).
enum Walls {
    private static let business: Set<String> = [
        "RasidBase", "RasidDatabase", "RasidAccounts", "RasidEvents", "RasidLedger", "RasidStock", "RasidOrders",
    ]

    /// The table, as built. Ledger does not know orders; Orders knows no operator; API never sees a transaction;
    /// Operators know neither ledger nor orders.
    static let table: [String: Set<String>] = [
        "RasidBase": [],
        "CSQLite": [],
        "CLibPQ": [],
        "RasidDatabase": ["RasidBase", "CSQLite", "CLibPQ"],
        "RasidAccounts": ["RasidBase", "RasidDatabase"],
        "RasidEvents": ["RasidBase", "RasidDatabase"],
        "RasidLedger": ["RasidBase", "RasidDatabase", "RasidEvents"],
        "RasidStock": ["RasidBase", "RasidDatabase"],
        "RasidOrders": ["RasidBase", "RasidDatabase", "RasidLedger", "RasidStock", "RasidEvents"],
        "RasidOperators": ["RasidBase", "RasidClient", "RasidWire"],
        "RasidDelivery": [
            "RasidBase", "RasidDatabase", "RasidOrders", "RasidOperators", "RasidLedger", "RasidStock", "RasidEvents",
        ],
        "RasidWire": ["RasidBase"],
        "RasidClient": ["RasidBase", "RasidWire"],
        "RasidAPI": [
            "RasidBase", "RasidWire", "RasidAccounts", "RasidOrders", "RasidStock", "RasidLedger", "RasidEvents",
        ],
        "RasidServer": business.union(["RasidClient", "RasidOperators", "RasidDelivery", "RasidWire", "RasidAPI"]),
        "RasidSimulation": business.union(["RasidOperators", "RasidDelivery"]),
        "rasid": business.union(["RasidOperators", "RasidServer", "RasidSimulation"]),
        // It measures what the rooms do by their own code, and replays that on the bare libraries.
        "RasidBench": [
            "RasidBase", "RasidDatabase", "CSQLite", "CLibPQ", "RasidAccounts", "RasidLedger", "RasidStock",
            "RasidOrders", "RasidServer", "RasidSimulation",
        ],
    ]

    /// The rooms of ours that a source imports, in whatever way.
    static func imports(of source: String) -> Set<String> {
        var found: Set<String> = []
        for line in SwiftCode(source).lines {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let position = words.firstIndex(of: "import"), position < words.endIndex - 1 else { continue }
            // Before `import` only attributes and access levels stand, after it perhaps a kind: `import struct A.B`.
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            var rest = words[(position + 1)...]
            if let first = rest.first, kinds.contains(first) { rest = rest.dropFirst() }
            guard let module = rest.first?.split(separator: ".").first, isOurs(module) else { continue }
            found.insert(String(module))
        }
        return found
    }

    /// Libraries of the system that we have given a name.
    private static let systemLibraries: Set<Substring> = ["CSQLite", "CLibPQ"]

    private static func isOurs(_ module: some StringProtocol) -> Bool {
        module.hasPrefix("Rasid") || systemLibraries.contains(Substring(module))
    }

    /// What a file imports and may not.
    static func breaches(in file: Repository.File, allowed: [String: Set<String>] = table) -> [String] {
        guard let sources = file.folders.firstIndex(of: "Sources"), file.folders.count > sources + 1 else {
            return ["\(file) lies in no room"]
        }
        let room = String(file.folders[sources + 1])
        guard let known = allowed[room] else { return ["\(file) lies in \(room), which has no line in the table"] }
        return imports(of: file.text).subtracting(known).subtracting([room]).sorted().map {
            "\(file) imports \($0), which \(room) does not know"
        }
    }

    /// What the manifest says of a room: the names in its line that are ours.
    static func manifest(_ text: String) -> [String: Set<String>] {
        var rooms: [String: Set<String>] = [:]
        for opening in ["room(", ".executableTarget(", ".systemLibrary("] {
            for call in calls(of: opening, in: text) {
                let names = strings(in: call).filter { isOurs($0) || $0 == "rasid" }
                guard let name = names.first else { continue }
                rooms[name] = Set(names.dropFirst())
            }
        }
        return rooms
    }

    /// The texts between the parentheses of each call.
    private static func calls(of opening: String, in text: String) -> [Substring] {
        var calls: [Substring] = []
        var rest = text[...]
        while let found = rest.firstRange(of: opening) {
            rest = rest[found.upperBound...]
            var depth = 1
            let end = rest.firstIndex { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return depth == 0
            }
            calls.append(rest[..<(end ?? rest.endIndex)])
        }
        return calls
    }

    private static func strings(in text: Substring) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
