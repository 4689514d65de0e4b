public import AsyncHTTPClient
public import RasidBase

/// A client of the v3 contract: it sells cards, follows orders and reads the account.
///
/// It is a value and may be used from any number of tasks at once. It asks no more of a server than the public
/// service documents. A call that fails throws a ``TopupError``; one whose task is cancelled throws
/// `CancellationError`.
public struct TopupClient: Sendable {
    public let configuration: Configuration
    let exchange: Exchange
    let time: any TimeSource

    /// Makes a client, which connects to nothing before its first call.
    ///
    /// - Parameters:
    ///   - configuration: where the server is, and with which key it is called.
    ///   - http: whose connections are used, and never shut down here; nil for one that all clients share. It must not
    ///     follow redirects: the key would go along to wherever one points.
    ///   - time: what deadlines and pauses are counted by. The network's own timeouts are always real.
    public init(_ configuration: Configuration, http: HTTPClient? = nil, time: any TimeSource = SystemTime()) {
        self.configuration = configuration
        self.time = time
        exchange = Exchange(
            root: configuration.root, key: configuration.key, http: http ?? SharedConnections.http)
    }
}
