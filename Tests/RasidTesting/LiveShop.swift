import Configuration
import Foundation
import Logging
public import RasidAPI
public import RasidAccounts
public import RasidBase
public import RasidDatabase
public import RasidServer
public import RasidStock
import ServiceLifecycle

/// A whole server in this process: a folder of its own, a free port, every loop running.
///
/// It sells ADSL 500, 1000, 2000, 3000 and 4G 500, 1000, 1500, 2000, 2500, 3500; production has fifty cards each
/// of the 500s and 1000s and none of the others.
public struct LiveShop: Sendable {
    public static let products: [(type: ServiceType, values: [Int64])] = [
        (.adsl, [500, 1000, 2000, 3000]), (.fourG, [500, 1000, 1500, 2000, 2500, 3500]),
    ]
    public static let stockedValues: [Int64] = [500, 1000]
    public static let cardsPerProduct = 50

    public enum Failure: Error {
        case didNotServe
    }

    public let port: Int
    public let shop: OpenShop
    public let vault: Vault
    public private(set) var time: any TimeSource
    /// nil where the server is another process.
    private var group: ServiceGroup?
    private var log: ShopLog?

    public var database: any ServedDatabase { shop.database }
    /// Where vault key and log lie, and the store of a shop in a folder.
    public let path: String

    /// Serves, runs `body`, stops as SIGTERM does, and waits for the end.
    ///
    /// - Parameters:
    ///   - operatorDelay: the sandbox delay.
    ///   - rateLimit: one limit for every key; nil for each key's own.
    ///   - trustedProxies: whose `X-Forwarded-For` is believed.
    ///   - codes: the two digits with which its cards' codes begin: shops that deal with each other have no code in common.
    ///   - transport: changes what no setting reaches, such as how long a request may take to arrive.
    public static func run<Value: Sendable>(
        operatorDelay: Duration = .milliseconds(100), rateLimit: RateLimit? = nil,
        trustedProxies: [String] = [], time: any TimeSource = SystemTime(), codes: String = "00",
        transport: @escaping @Sendable (inout API.Configuration) -> Void = { _ in },
        _ body: (LiveShop) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder()
        let (shop, vault) = try await stocked(at: folder.path, time, codes: codes)
        let lock = try FolderLock(DataFolder(folder.path))
        var settings = try ServeSettings(reader: ConfigReader(provider: InMemoryProvider(values: [:])))
        settings.port = 0
        settings.operatorDelay = operatorDelay
        settings.rateLimit = rateLimit
        settings.trustedProxies = trustedProxies.compactMap { AddressBlock($0) }
        let log = try ShopLog(folder.path + "/log.json", time)
        let server = ShopServer(
            shop.on(shop.database.clocked(by: time)), vault: vault, settings: settings,
            logs: log.sink, logger: log.logger, time: time, transport: transport)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let running = Running(server: server, port: port)
        let group = ServiceGroup(
            configuration: .init(services: [running], logger: Logger(label: "live") { _ in Silent() }))
        let value = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            guard let port = await ports.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw Failure.didNotServe
            }
            var live = LiveShop(port: port, shop: shop, vault: vault, path: folder.path)
            (live.time, live.group, live.log) = (time, group, log)
            let serving = live
            let result: Result<Value, any Error>
            do { result = .success(try await body(serving)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
        withExtendedLifetime(folder) {}
        lock.release()
        return value
    }

    /// A shop that another process serves; this one looks into its store.
    public init(port: Int, shop: OpenShop, vault: Vault, path: String) {
        (self.port, self.shop, self.vault, self.path) = (port, shop, vault, path)
        time = SystemTime()
    }

    /// Makes a shop with the products and cards of a live one, which nobody serves yet.
    public static func stocked(
        at path: String, _ time: any TimeSource = SystemTime(), codes: String = "00"
    ) async throws -> (OpenShop, Vault) {
        let shop = try await TestEngine.open(path)
        let vault = try await shop.vault(keyFile: TestEngine.keyFile(of: path))
        try await stock(shop, vault, time, codes)
        return (shop, vault)
    }

    /// Begins what SIGTERM begins.
    public func stop() async {
        await group?.triggerGracefulShutdown()
    }

    /// What the server has logged until now, a JSON object a line.
    public func logLines() throws -> [Substring] {
        try log?.text().split(separator: "\n") ?? []
    }

    private static func stock(
        _ shop: OpenShop, _ vault: Vault, _ time: any TimeSource, _ codes: String
    ) async throws {
        try await shop.database.write { transaction in
            for (type, values) in products {
                for value in values { _ = try Products.add(type, .dinars(value), cost: nil, in: transaction) }
            }
        }
        var lines = ["type,value,code,serial"]
        for (type, _) in products {
            for value in stockedValues {
                for index in 1...cardsPerProduct { lines.append(cardLine(type, value, "\(index)", codes)) }
            }
        }
        _ = try await CardImport(
            database: shop.database, vault: vault, time: time, identifiers: SystemIdentifiers()
        ).run(text: lines.joined(separator: "\n"))
    }

    /// A line of an import file: the code has leading zeros, so that nobody takes it for a number.
    private static func cardLine(_ type: ServiceType, _ value: Int64, _ index: String, _ codes: String) -> String {
        let digits = "\(type.storedCode)\(value)\(index)"
        let code = codes + String(repeating: "7", count: 14 - digits.count) + digits
        return "\(type.rawValue),\(value),\(code),LIVE-\(type.rawValue)-\(value)-\(index)"
    }
}

/// The server as a service, so that it can be stopped from inside the process.
private struct Running: Service {
    let server: ShopServer
    let port: AsyncStream<Int>.Continuation

    func run() async throws {
        defer { port.finish() }
        try await server.run { port.yield($0) }
    }
}

/// A log in a file, which a test can read to see what was told and what was kept quiet.
private final class ShopLog: Sendable {
    let sink: LogSink
    let logger: Logger
    private let path: String
    private let descriptor: CInt

    init(_ path: String, _ time: any TimeSource) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        self.path = path
        sink = LogSink(descriptor: descriptor)
        logger = sink.logger(format: .json, level: .info, time: time)
    }

    func text() throws -> String {
        sink.flush()
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    deinit {
        close(descriptor)
    }
}

private struct Silent: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.critical

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {}
}
