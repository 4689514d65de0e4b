import RasidSimulation

/// Makes requests that know the contract: every route, valid ones first, then bent.
struct DoorGrammar {
    let world: DoorWorld
    /// Whether only keys that cannot buy are used.
    let isRefusedOnly: Bool
    let talk: Int
    var dice: Dice
    private var made = 0

    init(_ world: DoorWorld, seed: UInt64, talk: Int, isRefusedOnly: Bool) {
        self.world = world
        self.isRefusedOnly = isRefusedOnly
        self.talk = talk
        dice = Dice(seed: seed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: talk) &* 0xd1b5_4a32_d192_ed03)
    }

    private static let routes: [(path: String, names: [String])] = [
        ("/v3/validate", []), ("/v3/ping", []), ("/v3/account/balance", []), ("/health/live", []),
        ("/health/ready", []), ("/v3/account/transactions", ["page", "pageSize", "from", "to"]),
        ("/v3/internet/products", ["type"]), ("/v3/internet/check-number", ["type", "number"]),
        ("/v3/internet/list", ["page", "pageSize", "from", "to", "status", "type", "number", "q"]),
        ("/v3/internet/check-id/", ["wait"]), ("/v3/internet/check-ref/", ["wait"]),
        ("/v3/internet/send", []), ("/v3/nope", []), ("/", []), ("/v3/internet/check-ref", []),
    ]
    private static let methods = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "SEARCH"]
    static let numbers = (
        adsl: ["036362608", "031417237", "021123456"], fourG: ["213472731602", "213665983439"]
    )

    mutating func next() -> DoorRequest {
        made += 1
        var request = dice.once(in: 3) ? send() : look()
        addKey(to: &request)
        if dice.once(in: 6) { bend(&request) }
        return request
    }

    // MARK: Valid ones

    private mutating func send() -> DoorRequest {
        var request = DoorRequest(method: "POST", target: "/v3/internet/send")
        var body = DoorBody(talk: talk, made: made)
        request.body = body.bytes(&dice)
        if dice.once(in: 4) { request.chunks = (0..<8).map { _ in 1 + dice.below(40) } }
        if dice.once(in: 5) { request.headers.append("Idempotency-Key: \(idempotencyKey())") }
        if !dice.once(in: 4) { request.headers.append("Content-Type: application/json") }
        if dice.once(in: 60) { request.headers.append("Expect: 100-continue") }
        return request
    }

    private mutating func idempotencyKey() -> String {
        switch dice.below(8) {
        case 0: "\"\(talk)-\(made)\""
        case 1: String(repeating: "k", count: 200 + dice.below(100))
        case 2: "\"unended"
        case 3: ""
        case 4: "a;b=1, c"
        default: "shared-\(dice.below(40))"
        }
    }

    private mutating func look() -> DoorRequest {
        let route = dice.pick(Self.routes)
        var path = route.path
        if path.hasSuffix("check-id/") { path += encoded(dice.once(in: 2) ? dice.pick(world.orders) : odd()) }
        if path.hasSuffix("check-ref/") { path += encoded(reference()) }
        var names = route.names.filter { _ in !dice.once(in: 3) }
        if dice.once(in: 8), let name = names.first { names.append(name) }
        if dice.once(in: 12) { names.append(dice.pick(DoorWords.texts)) }
        var request = DoorRequest(target: path)
        if !names.isEmpty {
            request.target += "?" + names.map { encoded($0) + "=" + encoded(value(of: $0)) }.joined(separator: "&")
        }
        return request
    }

    private mutating func reference() -> String {
        switch dice.below(5) {
        case 0: odd()
        case 1: "API-\(world.username)-first"
        case 2: "first"
        default: DoorBody.reference(dice.below(talk + 1), 1 + dice.below(32))
        }
    }

    private mutating func value(of name: String) -> String {
        guard !dice.once(in: 3) else { return odd() }
        switch name {
        case "page": return String(1 + dice.below(4))
        case "pageSize": return dice.once(in: 6) ? "100" : String(1 + dice.below(20))
        case "from": return "2026-01-\(10 + dice.below(20))"
        case "to": return "2099-12-31T00:00:00.000Z"
        case "status": return dice.pick(["HANDLING", "FULFILLED", "REFUNDED", "QUEUED", "handling"])
        case "type": return dice.pick(["ADSL", "4G", "adsl", "3G"])
        case "number": return dice.pick(Self.numbers.adsl + Self.numbers.fourG + ["000000007", "+213665983439"])
        case "q": return reference()
        case "wait": return dice.pick(["0", "0", "1", "61", "-1", "1.5"])
        default: return odd()
        }
    }

    private mutating func odd() -> String { dice.pick(DoorWords.texts) }

    /// Percent-encoded: as little as must be, as much as can be, or now and then wrongly.
    private mutating func encoded(_ text: String) -> String {
        let isWhole = dice.once(in: 4)
        var encoded = ""
        for byte in text.utf8 {
            let isPlain = byte > 0x20 && byte < 0x7f && !"/?#&%=+\"<>\\^`{|}".utf8.contains(byte)
            if isPlain && !isWhole {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return dice.once(in: 25) ? encoded + dice.pick(["%", "%f", "%zz", "%ff", "%C0%80", "%ED%A0%80", "+"]) : encoded
    }

    // MARK: Bent ones

    private mutating func addKey(to request: inout DoorRequest) {
        let key = world.key(isRefusedOnly: isRefusedOnly, &dice)
        if let text = key.text { request.headers.append("X-Access-Token: \(text)") }
    }

    private mutating func bend(_ request: inout DoorRequest) {
        switch dice.below(11) {
        case 0: request.method = dice.pick(Self.methods)
        case 1: request.version = dice.pick(["HTTP/1.0", "HTTP/1.1", "HTTP/1.1", "HTTP/9.9", "HTTP/2.0"])
        case 2: request.target += dice.pick(["/", "//", "?", "??", "#x", "&", "?=&=&&", "%2F", ";a=b"])
        case 3: request.target = "/" + request.target
        case 4: request.target = request.target.replacing("internet", with: "%69nternet")
        case 5: request.headers.append("Connection: \(dice.pick(["close", "keep-alive", "upgrade", "x, close"]))")
        case 6: request.headers.append("X-Long: " + String(repeating: "l", count: dice.below(20_000)))
        case 7: request.headers += (0..<dice.below(130)).map { "X-\($0): 1" }
        case 8: request.headers.append(dice.pick(Self.headers))
        case 9: request.body = Array(repeating: 0x78, count: dice.pick([0, 2, 4096, 65_536, 65_537, 300_000]))
        default: request.target = "\u{e9}\(request.target)"
        }
    }

    private static let headers = [
        "Authorization: Bearer x", "X-Access-Token: second", "X-Forwarded-For: 1.2.3.4", "Accept: text/html",
        "Content-Encoding: gzip", "Content-Type: application/x-www-form-urlencoded", "X-Request-Id: mine",
        "Upgrade: h2c", "Upgrade: websocket", "Origin: null", "Access-Control-Request-Method: POST",
        "Cookie: a=\u{e9}", "X-Empty:", "Host: other", "Range: bytes=0-1", "If-None-Match: *", "Trailer: X",
        "Idempotency-Key: \u{e9}", "Idempotency-Key: a", "Accept-Encoding: br", "TE: trailers", "Date: never",
    ]
}
