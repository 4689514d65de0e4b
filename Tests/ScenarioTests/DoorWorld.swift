import RasidAccounts
import RasidBase
import RasidDatabase
import RasidSimulation
import RasidTesting

/// What the fuzzer knows of the shop that it knocks at: keys of every kind and a few orders.
struct DoorWorld: Sendable {
    let port: Int
    let username: String
    /// Ids of orders that are there.
    let orders: [String]
    private let keys: [DoorKey.Kind: DoorKey]

    init(port: Int, username: String, orders: [String], keys: [DoorKey]) {
        self.port = port
        self.username = username
        self.orders = orders
        self.keys = Dictionary(keys.map { ($0.kind, $0) }) { first, _ in first }
    }

    /// Kinds that reach deep are drawn more often than those that end at the door.
    private static let buyers: [DoorKey.Kind] = [
        .sandbox, .sandbox, .sandbox, .sandbox, .production, .production, .production, .production, .masked, .masked,
        .slow,
    ]
    private static let refused: [DoorKey.Kind] = [
        .penniless, .penniless, .penniless, .penniless, .pennilessSandbox, .pennilessSandbox, .pennilessSandbox,
        .readOnly, .readOnly, .revoked, .disabled, .elsewhere, .none, .unknown, .malformed,
    ]

    func key(isRefusedOnly: Bool, _ dice: inout Dice) -> DoorKey {
        let kind = dice.pick(isRefusedOnly || dice.once(in: 3) ? Self.refused : Self.buyers)
        return keys[kind] ?? DoorKey(kind: .none, text: nil)
    }

    /// Every talk of a lane calls from one of a few addresses, so that no memory of addresses grows without end.
    func address(of talk: Int) -> String { "127.70.\(talk % 4).\(1 + talk / 4 % 60)" }
}

extension DoorWorld {
    /// Opens the accounts, makes the keys from the seed, fills the stock and sells a first order in each wallet.
    static func open(_ live: LiveShop, seed: UInt64, cards: Int) async throws -> DoorWorld {
        let rich = try await live.openReseller(production: .dinars(100_000_000))
        let poor = try await live.openReseller(production: .zero)
        let off = try await live.openReseller()
        try await live.deposit(.dinars(100_000_000), to: rich.account, .sandbox)
        try await live.withdraw(.dinars(100_000), from: poor.account, .sandbox)
        let lines = (0..<cards).map { "\($0 % 2 == 0 ? "ADSL" : "4G"),500,DOOR\(1_000_000 + $0)" }
        try await live.importCards("type,value,code\n" + lines.joined(separator: "\n"))
        let orders = try await firstOrders(of: rich)
        var smith = KeySmith(live: live, identifiers: SeededIdentifiers(seed: seed))
        var keys: [DoorKey] = []
        for kind in DoorKey.Kind.allCases {
            let account = kind == .disabled ? off : kind == .penniless || kind == .pennilessSandbox ? poor : rich
            keys.append(DoorKey(kind: kind, text: try await smith.key(kind, of: account.account)))
        }
        try await live.setEnabled(false, off)
        return DoorWorld(port: live.port, username: rich.username, orders: orders, keys: keys)
    }

    private static func firstOrders(of reseller: Reseller) async throws -> [String] {
        var orders: [String] = []
        for caller in [reseller.sandbox, reseller.production] {
            let order = try await caller.buy(Sale(value: 500, ref: "first"))
            orders.append(try await caller.finished(order)._id)
        }
        return orders
    }
}

/// Makes the keys, the same ones for the same seed.
private struct KeySmith {
    let live: LiveShop
    let identifiers: SeededIdentifiers

    mutating func key(_ kind: DoorKey.Kind, of account: AccountID) async throws -> String? {
        guard kind != .none else { return nil }
        guard kind != .malformed else { return "not-a-key" }
        let text = KeyText.fresh(from: identifiers)
        guard kind != .unknown else { return text.text }
        let isSandbox = kind == .sandbox || kind == .slow || kind == .pennilessSandbox
        let settings = KeySettings(
            environment: isSandbox ? .sandbox : .production, isReadOnly: kind == .readOnly,
            masksCodes: kind == .masked,
            allowedAddresses: kind == .elsewhere ? [AddressBlock("10.0.0.0/8")].compactMap { $0 } : [],
            rateLimit: kind == .slow ? RateLimit(requestsPerMinute: 60) : .off)
        let now = live.time.now
        _ = try await live.database.write { try APIKeys.create(text, settings, for: account, at: now, in: $0) }
        if kind == .revoked { try await live.revoke(text.text) }
        return text.text
    }
}
