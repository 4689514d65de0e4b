import HummingbirdCore
import NIOCore

/// A connection that may be let go of before anybody has handled it: one that comes while the server stops.
///
/// The framework drops those, and what is left of such a connection ends the process when it goes away with its writer still
/// open (apple/swift-nio#2813). Here it is closed first.
final class HeldConnection: Sendable {
    let http1: HTTP1Channel.Value

    init(_ http1: HTTP1Channel.Value) {
        self.http1 = http1
    }

    deinit {
        let end: any WriterEnding = http1
        end.endWriter()
        http1.channel.close(promise: nil)
    }
}

/// The writer of a connection is told of its end only by a member that is meant for scoped use and marked so; this is the one
/// place outside of any scope.
private protocol WriterEnding {
    func endWriter()
}

extension NIOAsyncChannel: WriterEnding {
    @available(*, deprecated, message: "see HeldConnection")
    fileprivate func endWriter() { outbound.finish() }
}
