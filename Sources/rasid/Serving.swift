import Foundation
import Logging
import RasidBase
import RasidDatabase
import RasidServer
import Synchronization

/// Holds the folder, opens the vault and runs the server to its end: what `serve` and `demo` have in common.
struct Serving {
    let place: ShopPlace
    let settings: ServeSettings

    /// - Parameters:
    ///   - prepare: called with the open shop before its vault is made or opened and anything is served.
    ///   - announce: called once connections are accepted, with the port and what `prepare` made; where it
    ///     throws, the server stops, and the error is thrown on.
    func run<Prepared: Sendable>(
        keyFile: String?, prepare: (OpenShop) async throws -> Prepared,
        announce: @escaping @Sendable (_ port: Int, Prepared) throws -> Void
    ) async throws {
        // The lock comes first: a server that is refused must not have changed the store before.
        let lock = try place.lock()
        let shop = try OpenShop(place)
        try await shop.database.read { try StoreMark.refuse(in: $0) }
        let prepared = try await prepare(shop)
        let vault = try await shop.vault(keyFile: keyFile)
        if let file = keyFile ?? shop.usualKeyFile { VaultOptions.warn(of: file) }
        let logs = LogSink()
        let format = settings.logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        let logger = logs.logger(format: format, level: settings.logLevel, time: SystemTime())
        let server = ShopServer(shop, vault: vault, settings: settings, logs: logs, logger: logger)
        let host = settings.host
        defer { logs.flush() }
        let failure = Mutex<(any Error)?>(nil)
        try await server.run(onStopping: Self.endInTime) { port in
            logger.notice("serving", metadata: ["host": "\(host)", "port": "\(port)"])
            logs.flush()
            do {
                try announce(port, prepared)
            } catch {
                failure.withLock { $0 = error }
                kill(getpid(), SIGTERM)
            }
        }
        logger.notice("stopped")
        if let held = consume lock { held.release() }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// A store that hangs must not keep a server from ending: what it has not answered is in doubt, as after a kill.
    private static func endInTime() {
        let last = Thread {
            usleep(UInt32((Limits.drain + .seconds(1)).milliseconds * 1000))
            Complaint.tell("The store does not answer: the server ends without it. What was answered is kept.")
            _exit(EXIT_FAILURE)
        }
        last.start()
    }
}
