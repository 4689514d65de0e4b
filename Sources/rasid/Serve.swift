import ArgumentParser
import Configuration
import Foundation
import Logging
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock
import SystemPackage

/// `rasid serve`: sells until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the shop's server.",
        discussion: """
            Listens until SIGTERM or Ctrl-C, then lets what runs finish, at most ten seconds. One server at a time \
            serves a folder; any number serve a PostgreSQL database, each with the same vault key file. Every other \
            command may be used beside them.

            Settings come from flags, then from the environment (RASID_PORT, RASID_OPERATOR_DELAY, …), then from a \
            JSON file (--config or RASID_CONFIG) with the same names: {"port": 8080, "rate-limit": "off"}.

            EXAMPLES:
              rasid serve --data /var/lib/rasid
              rasid serve --host 0.0.0.0 --port 80 --trusted-proxy 10.0.0.0/8
              rasid serve --database postgres://rasid@db/rasid --vault-key vault.key
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("The address to listen on (default: 127.0.0.1).", valueName: "address"))
    var host: String?

    func run() async throws {
        var settings = try await server.settings()
        if let host { settings.host = host }
        let place = try store.place()
        try StoreOptions.requireShop(in: place)
        try await Serving(place: place, settings: settings).run(
            keyFile: vault.keyFile, prepare: { _ in }, announce: { _, _ in })
    }
}

/// The settings that `serve` and `demo` share.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The port to listen on, 0 for any free one (default: 8080).", valueName: "n"))
    var port: Int?

    @Option(help: ArgumentHelp("The sandbox's delay, like 200ms or 3s (default: 3s).", valueName: "duration"))
    var operatorDelay: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "One limit for every key: off, or a rate like 120/min (default: each key's own).", valueName: "off|N/min"))
    var rateLimit: RateLimitArgument?

    @Option(
        help: ArgumentHelp(
            "Invalid keys in a row after which an address is blocked, 1 to 1000000 (default: 20).", valueName: "n"))
    var invalidKeys: Int?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "An address or block whose X-Forwarded-For is believed; repeat for more.", valueName: "cidr"))
    var trustedProxies: [AddressBlockArgument] = []

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical (default: info).", valueName: "level"))
    var logLevel: LogLevelArgument?

    @Option(help: ArgumentHelp("text or json (default: text on a terminal, json elsewhere).", valueName: "format"))
    var logFormat: LogFormatArgument?

    @Option(help: ArgumentHelp("A JSON file of settings.", valueName: "file"), completion: .file())
    var config: String?

    func validate() throws {
        try NotEmpty.check(config, "--config")
        if let port, !(0...65535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
        if let invalidKeys, !(1...Limits.mostInvalidKeys).contains(invalidKeys) {
            throw ValidationError("--invalid-keys must be from 1 to \(Limits.mostInvalidKeys)")
        }
    }

    /// Flags first, then the environment, then the file (design §9).
    ///
    /// - Parameter usualLogLevel: for where nobody says one.
    func settings(usualLogLevel: Logger.Level = .info) async throws -> ServeSettings {
        let environment = EnvironmentVariablesProvider(environmentVariables: SettingText.environment)
        var providers: [any ConfigProvider] = [environment.prefixKeys(with: "rasid")]
        if let path = config ?? SettingText.environment("RASID_CONFIG") { providers.append(try await Self.file(path)) }
        var settings = try ServeSettings(
            reader: ConfigReader(providers: providers), usualLogLevel: usualLogLevel)
        if let port { settings.port = port }
        if let operatorDelay { settings.operatorDelay = operatorDelay.duration }
        if let rateLimit { settings.rateLimit = rateLimit.limit }
        if let invalidKeys { settings.invalidKeys = invalidKeys }
        if !trustedProxies.isEmpty { settings.trustedProxies = trustedProxies.map(\.block) }
        if let logLevel { settings.logLevel = logLevel.level }
        if let logFormat { settings.logFormat = logFormat.format }
        return settings
    }

    /// - Throws: ``Refusal`` for a file that is not one JSON object of settings.
    private static func file(_ path: String) async throws -> any ConfigProvider {
        guard let data = FileManager.default.contents(atPath: path),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let provider = try? await FileProvider<JSONSnapshot>(filePath: FilePath(path))
        else { throw Refusal("The settings file \(path) cannot be read: it must be a JSON object.") }
        try ServeSettings.check(namesOf: object.keys)
        return provider
    }
}

struct LogLevelArgument: ExpressibleByArgument {
    let level: Logger.Level

    init?(argument: String) {
        guard let level = Logger.Level(rawValue: argument) else { return nil }
        self.level = level
    }
}

struct LogFormatArgument: ExpressibleByArgument {
    let format: LogFormat

    init?(argument: String) {
        guard let format = LogFormat(rawValue: argument) else { return nil }
        self.format = format
    }
}
