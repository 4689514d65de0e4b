public import Configuration
public import Logging
public import RasidAccounts
public import RasidBase

/// How a server is run. Flags come first, then the environment, then a file (design §9).
///
/// Keys of the environment (`RASID_…`) and the file:
/// - `host` (string, default `127.0.0.1`): the address to listen on.
/// - `port` (int, default 8080): 0 for any free port.
/// - `operator-delay` (duration, default `3s`): the sandbox's delay.
/// - `rate-limit` (`off` or `N/min`, default each key's own): one limit for every key.
/// - `invalid-keys` (int, default 20): consecutive invalid keys after which an address is blocked.
/// - `trusted-proxies` (strings, default none): addresses and blocks whose `X-Forwarded-For` is believed.
/// - `log-level` (string, default `info`), `log-format` (`text` or `json`, default by whether a person reads).
public struct ServeSettings: Sendable {
    public var host: String
    public var port: Int
    public var operatorDelay: Duration
    public var rateLimit: RateLimit?
    public var invalidKeys: Int
    public var trustedProxies: [AddressBlock]
    public var logLevel: Logger.Level
    public var logFormat: LogFormat?

    /// Every key that a file may hold.
    public static let keys = [
        "host", "port", "operator-delay", "rate-limit", "invalid-keys", "trusted-proxies", "log-level", "log-format",
    ]

    /// Refuses a file that holds a name which nothing would read.
    ///
    /// - Throws: ``Refusal`` that names it.
    public static func check(namesOf file: some Sequence<String>) throws {
        guard let unknown = file.sorted().first(where: { !keys.contains($0) }) else { return }
        throw Refusal(
            "The settings file holds '\(unknown)', which is no setting: there are \(keys.joined(separator: ", ")).")
    }

    /// - Parameter usualLogLevel: for where none is set.
    /// - Throws: ``Refusal`` for a value that cannot be read, naming its key.
    public init(reader: ConfigReader, usualLogLevel: Logger.Level = .info) throws {
        host = try Self.read(reader, "host", "an address") { $0.isEmpty ? nil : $0 } ?? "127.0.0.1"
        port =
            try Self.read(reader, "port", "a number from 0 to 65535") { text in
                Int(text).flatMap { (0...65535).contains($0) ? $0 : nil }
            } ?? 8080
        operatorDelay =
            try Self.read(reader, "operator-delay", "a duration like 200ms, 3s or 15min") {
                DurationText.parse($0)
            } ?? .seconds(3)
        rateLimit = try Self.read(reader, "rate-limit", "off or a rate like 120/min") { RateLimit($0) }
        invalidKeys =
            try Self.read(reader, "invalid-keys", "a number from 1 to \(Limits.mostInvalidKeys)") { text in
                Int(text).flatMap { (1...Limits.mostInvalidKeys).contains($0) ? $0 : nil }
            } ?? Limits.invalidKeysPerAddress
        let proxies = reader.stringArray(forKey: "trusted-proxies")
        trustedProxies = try (proxies ?? Self.text(reader, "trusted-proxies").map { [$0] } ?? []).map { text in
            guard let block = AddressBlock(text) else {
                throw Refusal("The setting trusted-proxies holds '\(text)', which is not an address or a CIDR block.")
            }
            return block
        }
        logLevel =
            try Self.read(reader, "log-level", "one of trace, debug, info, notice, warning, error, critical") {
                Logger.Level(rawValue: $0)
            } ?? usualLogLevel
        logFormat = try Self.read(reader, "log-format", "text or json") { LogFormat(rawValue: $0) }
    }

    /// What stands under a key, of whatever kind: a file may hold a number where the environment has its digits,
    /// and what is of no kind that fits must be refused, which a reader asked for text alone would not do.
    private static func text(_ reader: ConfigReader, _ key: ConfigKey) -> String? {
        reader.string(forKey: key) ?? reader.int(forKey: key).map { "\($0)" }
            ?? reader.bool(forKey: key).map { "\($0)" } ?? reader.double(forKey: key).map { "\($0)" }
            ?? reader.stringArray(forKey: key).map { $0.joined(separator: ",") }
    }

    private static func read<Setting>(
        _ reader: ConfigReader, _ key: ConfigKey, _ expected: String, _ parse: (String) -> Setting?
    ) throws -> Setting? {
        guard let text = text(reader, key) else { return nil }
        guard let setting = parse(text) else {
            throw Refusal("The setting \(key) is '\(text)': it must be \(expected).")
        }
        return setting
    }
}
