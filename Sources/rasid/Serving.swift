import Foundation
import Logging
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock

/// Holds the folder, opens the vault and runs the server to its end: what `serve` and `demo` have in common.
struct Serving {
    let path: String
    let settings: ServeSettings

    /// - Parameters:
    ///   - prepare: called with the open shop before anything is served.
    ///   - announce: called once connections are accepted, with the port and what `prepare` made.
    func run<Prepared: Sendable>(
        keyFile: String?, prepare: (OpenShop, Vault) async throws -> Prepared,
        announce: @escaping @Sendable (_ port: Int, Prepared) -> Void
    ) async throws {
        // The lock comes first: a server that is refused must not have changed the store before.
        let lock = try FolderLock(DataFolder(path))
        let shop = try OpenShop(path: path)
        let vault = try await shop.vault(keyFile: keyFile)
        let prepared = try await prepare(shop, vault)
        let logs = LogSink()
        let format = settings.logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        let logger = logs.logger(format: format, level: settings.logLevel, time: SystemTime())
        let server = ShopServer(shop, vault: vault, settings: settings, logs: logs, logger: logger)
        let host = settings.host
        defer { logs.flush() }
        do {
            try await server.run { port in
                logger.notice("serving", metadata: ["host": "\(host)", "port": "\(port)"])
                logs.flush()
                announce(port, prepared)
            }
        } catch let error as Refusal {
            throw error
        } catch {
            throw Refusal("The server stopped: \(error). If the port is taken, give another --port.")
        }
        logger.notice("stopped")
        lock.release()
    }
}
