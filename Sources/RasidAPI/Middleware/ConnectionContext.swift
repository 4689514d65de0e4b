import Hummingbird
import NIOCore

/// What Hummingbird knows of a request's surroundings: the connection it came on.
struct ConnectionContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}
