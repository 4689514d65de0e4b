import RasidSimulation

/// Bytes that only begin like HTTP, or not even that: what the parser must refuse, or split as it likes.
struct DoorNoise {
    private static let lines = [
        "GET / HTTP/1.1", "GET /v3/ping HTTP/1.1", "GET  /v3/ping HTTP/1.1", "GET /v3/ping", "GET", "", "\u{0}",
        "POST /v3/internet/send HTTP/1.1", "get /v3/ping HTTP/1.1", "GET /v3/ping HTTP/1.1 x", "FOO / HTTP/1.1",
        "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1", "GET http:// HTTP/1.1", "PRI * HTTP/2.0",
        "GET http://h/v3/ping HTTP/1.1", "GET /\u{e9} HTTP/1.1", "GET /v3/ping HTTP/1.1\r", " GET / HTTP/1.1",
        "\u{16}\u{3}\u{1}\u{2}", "HTTP/1.1 200 OK", "GET /%00 HTTP/1.1", "GET /v3/validate HTTP/1.0",
    ]
    private static let headers = [
        "Host: h", "Host", ": x", "X Y: 1", "X: \u{0}", "X: a\rb", " folded", "\tfolded", "Content-Length: 5",
        "Content-Length: -1", "Content-Length: 5, 6", "Content-Length: 99999999999999999999", "Content-Length: 0x5",
        "Content-Length:", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: x",
        "Transfer-Encoding: chunked, chunked", "Expect: 100-continue", "Expect: 200-ok", "Connection: close",
        "Connection: upgrade", "Upgrade: websocket", "X\u{e9}: 1", "Content-Type: application/json",
    ]
    private static let bodies = [
        "", "{}", "hello", "5\r\nhello\r\n0\r\n\r\n", "zz\r\n", "0\r\n\r\n", "ffffffffffffffff\r\nx",
        "5;a=b\r\nhello\r\n",
        "5\r\nhelloXX", "0\r\nTrailer: x\r\n\r\n", "-1\r\n", "GET /v3/ping HTTP/1.1\r\nHost: h\r\n\r\n", "\r\n\r\n",
    ]

    private var grammar: DoorGrammar

    init(_ grammar: DoorGrammar) {
        self.grammar = grammar
    }

    mutating func next() -> [UInt8] {
        switch grammar.dice.below(6) {
        case 0: return (0..<grammar.dice.below(600)).map { _ in UInt8(grammar.dice.below(256)) }
        case 1, 2: return composed()
        case 3: return damaged()
        case 4: return pipelined() + composed()
        default: return cut(pipelined())
        }
    }

    /// The places at which the bytes are torn apart.
    mutating func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        let cuts = grammar.dice.once(in: 2) ? 0 : 1 + grammar.dice.below(5)
        let places = ([0, bytes.count] + (0..<cuts).map { _ in grammar.dice.below(bytes.count + 1) }).sorted()
        return zip(places, places.dropFirst()).map { Array(bytes[$0..<$1]) }.filter { !$0.isEmpty }
    }

    private mutating func composed() -> [UInt8] {
        let end = grammar.dice.pick(["\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"])
        let headers = (0..<grammar.dice.below(5)).map { _ in grammar.dice.pick(Self.headers) }
        let head = ([grammar.dice.pick(Self.lines)] + headers + ["", ""]).joined(separator: end)
        return Array((head + grammar.dice.pick(Self.bodies)).utf8)
    }

    /// A good request with a few bytes turned. Never a HEAD: whether its answer has a body could not be told.
    private mutating func good() -> [UInt8] {
        var request = grammar.next()
        if request.method == "HEAD" { request.method = "GET" }
        return request.bytes
    }

    private mutating func damaged() -> [UInt8] {
        var bytes = good()
        DoorBody.damage(&bytes, &grammar.dice)
        return bytes
    }

    private mutating func pipelined() -> [UInt8] {
        (0..<1 + grammar.dice.below(4)).flatMap { _ in good() }
    }

    private mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
        Array(bytes.prefix(1 + grammar.dice.below(bytes.count)))
    }
}
