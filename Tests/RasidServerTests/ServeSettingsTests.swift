import Configuration
import Logging
import RasidAccounts
import RasidBase
import RasidServer
import Testing

/// Settings from the environment or a file; a value that cannot be read is refused by its name, never ignored.
struct ServeSettingsTests {
    private func settings(_ values: [AbsoluteConfigKey: ConfigValue]) throws -> ServeSettings {
        try ServeSettings(reader: ConfigReader(provider: InMemoryProvider(values: values)))
    }

    private func settings(environment: [String: String]) throws -> ServeSettings {
        let provider = EnvironmentVariablesProvider(environmentVariables: environment)
        return try ServeSettings(reader: ConfigReader(provider: provider.prefixKeys(with: "rasid")))
    }

    private func refusal(_ values: [AbsoluteConfigKey: ConfigValue]) throws -> String? {
        do {
            _ = try settings(values)
            return nil
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    @Test func `what is not set has its default`() throws {
        let settings = try settings([:])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.operatorDelay == .seconds(3))
        #expect(settings.rateLimit == nil)
        #expect(settings.invalidKeys == 20)
        #expect(settings.trustedProxies.isEmpty)
        #expect(settings.logLevel == .info)
        #expect(settings.logFormat == nil)
    }

    @Test func `every setting has its name in the environment`() throws {
        let settings = try settings(environment: [
            "RASID_HOST": "0.0.0.0", "RASID_PORT": "0", "RASID_OPERATOR_DELAY": "200ms", "RASID_RATE_LIMIT": "off",
            "RASID_TRUSTED_PROXIES": "10.0.0.0/8,2001:db8::1", "RASID_LOG_LEVEL": "debug", "RASID_LOG_FORMAT": "json",
            "RASID_INVALID_KEYS": "1000000",
        ])
        #expect(settings.host == "0.0.0.0")
        #expect(settings.port == 0)
        #expect(settings.operatorDelay == .milliseconds(200))
        #expect(settings.rateLimit == .off)
        #expect(settings.invalidKeys == 1_000_000)
        #expect(settings.trustedProxies.map(\.description) == ["10.0.0.0/8", "2001:db8::1"])
        #expect(settings.logLevel == .debug)
        #expect(settings.logFormat == .json)
    }

    @Test func `every setting has the same name in a file`() throws {
        let settings = try settings([
            "host": "::1", "port": "9090", "operator-delay": "15min", "rate-limit": "120/min",
            "trusted-proxies": ConfigValue(.stringArray(["192.0.2.7"]), isSecret: false), "log-level": "trace",
            "log-format": "text", "invalid-keys": 3,
        ])
        #expect(settings.host == "::1")
        #expect(settings.port == 9090)
        #expect(settings.operatorDelay == .seconds(900))
        #expect(settings.rateLimit == RateLimit("120/min"))
        #expect(settings.invalidKeys == 3)
        #expect(settings.trustedProxies.map(\.description) == ["192.0.2.7"])
        #expect(settings.logLevel == .trace)
        #expect(settings.logFormat == .text)
    }

    @Test func `a port may be a number, as a JSON file writes it`() throws {
        #expect(try settings(["port": 9090]).port == 9090)
        #expect(try refusal(["port": 70_000])?.contains("port") == true)
    }

    @Test(arguments: [
        ("port", "-1"), ("port", "65536"), ("port", "http"), ("port", ""), ("operator-delay", "3"),
        ("operator-delay", "3 s"), ("operator-delay", "-1s"), ("rate-limit", "fast"), ("rate-limit", "0/min"),
        ("rate-limit", "120"), ("log-level", "loud"), ("log-format", "xml"),
        ("invalid-keys", "0"), ("invalid-keys", "1000001"), ("invalid-keys", "-1"), ("invalid-keys", "many"),
    ])
    func `a value that cannot be read is refused by its name`(key: String, value: String) throws {
        let said = try refusal([AbsoluteConfigKey([key]): ConfigValue(.string(value), isSecret: false)])
        #expect(said?.contains(key) == true)
        #expect(said?.contains("'\(value)'") == true)
    }

    @Test(arguments: ["port", "operator-delay", "rate-limit", "log-level", "log-format"])
    func `a value of a kind that no setting has is refused, not ignored`(key: String) throws {
        for content in [ConfigContent.bool(true), .stringArray(["a", "b"])] {
            let said = try refusal([AbsoluteConfigKey([key]): ConfigValue(content, isSecret: false)])
            #expect(said?.contains(key) == true, "\(content)")
        }
    }

    @Test func `a name in the file that is no setting is refused by that name`() throws {
        try ServeSettings.check(namesOf: ServeSettings.keys)
        for name in ["prot", "vault-key", "rateLimit", ""] {
            do {
                try ServeSettings.check(namesOf: ["port", name])
                Issue.record("'\(name)' was taken")
            } catch let refusal as Refusal {
                #expect(refusal.description.contains("'\(name)'"))
            }
        }
    }

    @Test func `a log level that is set stands above the usual one`() throws {
        func level(_ values: [AbsoluteConfigKey: ConfigValue]) throws -> Logger.Level {
            let reader = ConfigReader(provider: InMemoryProvider(values: values))
            return try ServeSettings(reader: reader, usualLogLevel: .warning).logLevel
        }
        #expect(try level([:]) == .warning)
        #expect(try level(["log-level": "info"]) == .info)
    }

    @Test(arguments: ["localhost", "10.0.0.0/33", "300.1.1.1", "", "10.0.0.0/8 "])
    func `a proxy that is no address is refused`(proxy: String) throws {
        let value = ConfigValue(.stringArray(["10.0.0.1", proxy]), isSecret: false)
        #expect(try refusal(["trusted-proxies": value])?.contains("trusted-proxies") == true)
    }

    @Test func `one proxy may stand alone, and what is no list of proxies is refused`() throws {
        let one = try settings(["trusted-proxies": "10.0.0.0/8"])
        #expect(one.trustedProxies.map(\.description) == ["10.0.0.0/8"])
        #expect(try refusal(["trusted-proxies": 7])?.contains("trusted-proxies") == true)
        #expect(try refusal(["trusted-proxies": "nonsense"])?.contains("trusted-proxies") == true)
    }

    @Test func `the environment stands above the file`() throws {
        let environment = EnvironmentVariablesProvider(environmentVariables: ["RASID_PORT": "1111"])
        let file = InMemoryProvider(values: ["port": "2222", "host": "0.0.0.0"])
        let settings = try ServeSettings(
            reader: ConfigReader(providers: [environment.prefixKeys(with: "rasid"), file]))
        #expect(settings.port == 1111)
        #expect(settings.host == "0.0.0.0")
    }
}
