import Logging
import NIOCore
import RasidBase

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps the listening socket alive: an error of `accept` would otherwise end the whole server.
enum AcceptGuard {
    /// A connection that could not be accepted is the client's loss or a passing shortage, never ours to die of.
    static func install(on server: any Channel, logger: Logger) async {
        do {
            try await server.eventLoop.submit {
                let handler = AcceptBackoffHandler(shouldForwardIOErrorCaught: false, backoffProvider: pause)
                try server.pipeline.syncOperations.addHandler(handler, position: .first)
            }.get()
        } catch {
            // The socket has been closed already: the server is stopping.
            logger.warning("listening socket is unguarded", metadata: ["cause": .string(String(describing: error))])
        }
    }

    private static func pause(after error: IOError) -> TimeAmount? {
        switch error.errnoCode {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: .milliseconds(100)
        default: nil
        }
    }

    /// As many connections as were asked for, or as the process has descriptors for beside the store's own.
    static func connections(wanted: Int) -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
        let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        #else
        let isKnown = getrlimit(RLIMIT_NOFILE, &limit) == 0
        #endif
        guard isKnown, let descriptors = Int(exactly: limit.rlim_cur) else { return wanted }
        return min(wanted, max(descriptors / 2, descriptors - Limits.sparedDescriptors))
    }
}
