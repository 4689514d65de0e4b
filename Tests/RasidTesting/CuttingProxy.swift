import Foundation
import Synchronization

/// Stands between a driver and its server, and can cut the line at the worst moment: a COMMIT is on its way.
public final class CuttingProxy: Sendable {
    public enum Cut: Sendable {
        /// The server never sees the COMMIT.
        case before
        /// The server has committed and says so to nobody.
        case after
        /// The same, and the line stays open, as one to a machine that hangs.
        case silence
        /// The same with every line that is open, while new ones find a server that answers.
        case silenceOfAll
    }

    private struct State {
        var cut: Cut?
        var cuts = 0
        var lines: Set<CInt> = []
        /// Lines on which nothing passes any more.
        var mute: Set<CInt> = []
    }

    public let port: Int
    private let listener: CInt
    private let server: sockaddr_in
    private let state = Mutex(State())

    /// How many lines have been cut.
    public var cuts: Int { state.withLock { $0.cuts } }

    /// - Parameters:
    ///   - port: where the server listens on this machine.
    ///   - own: where this proxy listens; 0 for any free port.
    public init(to port: Int, at own: Int = 0) throws {
        server = Self.address(port)
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var reuse: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<CInt>.size))
        var own = Self.address(own)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isOpen else { throw CocoaError(.fileReadUnknown) }
        self.port = Int(UInt16(bigEndian: own.sin_port))
        let thread = Thread { [self] in accept() }
        thread.start()
    }

    /// The next COMMIT that passes is the last thing on its line.
    public func cutNextCommit(_ cut: Cut) {
        state.withLock { $0.cut = cut }
    }

    /// Ends every line that is open.
    public func hangUp() {
        for line in state.withLock({ $0.lines }) { shutdown(line, CInt(SHUT_RDWR)) }
    }

    /// Takes no new line.
    public func stop() {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { return }
            var server = server
            let upstream = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            let isConnected = withUnsafePointer(to: &server) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            let thread = Thread { [self] in
                state.withLock { _ = $0.lines.insert(client) }
                if isConnected { pass(client, upstream) }
                state.withLock { state in
                    state.lines.remove(client)
                    state.mute.remove(client)
                }
                close(client)
                close(upstream)
            }
            thread.start()
        }
    }

    /// One line, until either end is gone or it is cut.
    private func pass(_ client: CInt, _ upstream: CInt) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var ends = [client, upstream].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&ends, 2, 1000) >= 0 else { return }
            for (index, end) in ends.enumerated() where end.revents != 0 {
                let count = recv(end.fd, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                if state.withLock({ $0.mute.contains(client) }) { continue }
                let cut = index == 0 && holdsCommit(buffer[..<count]) ? takeCut() : nil
                if cut == .before { return }
                send(index == 0 ? upstream : client, buffer, count, CInt(MSG_NOSIGNAL))
                guard let cut else { continue }
                // The answer says that it is done; it goes no further.
                _ = recv(upstream, &buffer, buffer.count, 0)
                if cut == .silenceOfAll {
                    state.withLock { $0.mute = $0.lines }
                    continue
                }
                if cut == .silence { _ = recv(client, &buffer, buffer.count, 0) }
                return
            }
        }
    }

    private func holdsCommit(_ bytes: ArraySlice<UInt8>) -> Bool {
        // The whole last word: a transaction also begins at READ COMMITTED.
        Data(bytes).range(of: Data("COMMIT\0".utf8)) != nil
    }

    private func takeCut() -> Cut? {
        state.withLock { state in
            defer { state.cut = nil }
            if state.cut != nil { state.cuts += 1 }
            return state.cut
        }
    }
}
