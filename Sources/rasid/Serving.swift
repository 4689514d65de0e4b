import Foundation
import Logging
import RasidBase
import RasidDatabase
import RasidServer

/// Holds the folder, opens the vault and runs the server to its end: what `serve` and `demo` have in common.
struct Serving {
    let path: String
    let settings: ServeSettings

    /// - Parameters:
    ///   - prepare: called with the open shop before its vault is made or opened and anything is served.
    ///   - announce: called once connections are accepted, with the port and what `prepare` made.
    func run<Prepared: Sendable>(
        keyFile: String?, prepare: (OpenShop) async throws -> Prepared,
        announce: @escaping @Sendable (_ port: Int, Prepared) -> Void
    ) async throws {
        // The lock comes first: a server that is refused must not have changed the store before.
        let lock = try FolderLock(DataFolder(path))
        let shop = try OpenShop(path: path)
        let prepared = try await prepare(shop)
        let vault = try await shop.vault(keyFile: keyFile)
        let logs = LogSink()
        let format = settings.logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        let logger = logs.logger(format: format, level: settings.logLevel, time: SystemTime())
        let server = ShopServer(shop, vault: vault, settings: settings, logs: logs, logger: logger)
        let host = settings.host
        defer { logs.flush() }
        try await server.run { port in
            logger.notice("serving", metadata: ["host": "\(host)", "port": "\(port)"])
            logs.flush()
            announce(port, prepared)
        }
        logger.notice("stopped")
        lock.release()
    }
}
