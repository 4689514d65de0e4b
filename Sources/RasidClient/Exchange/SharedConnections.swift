import AsyncHTTPClient
import NIOCore

/// The connections of all clients that bring none of their own; they live as long as the process.
enum SharedConnections {
    static let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    private static var configuration: HTTPClient.Configuration {
        // A key must never follow a redirect.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        // Repeating is the caller's affair, who knows its deadline; a refused connection is told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than any server's own, so that few requests meet a connection that is just being closed.
        configuration.connectionPool.idleTimeout = .seconds(4)
        // An answer that is held takes a connection all the while.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // A broken connection then loses one request and not all that shared it.
        configuration.httpVersion = .http1Only
        return configuration
    }
}
