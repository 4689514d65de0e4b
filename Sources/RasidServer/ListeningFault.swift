import Foundation
import NIOCore
import RasidBase

/// Why an address cannot be listened on, and what the owner can do about it.
enum ListeningFault {
    case isTaken(host: String, port: Int)
    case isForbidden(port: Int)
    case isNotOurs(host: String)

    /// - Returns: nil for an error of any other kind.
    init?(_ error: any Error, host: String, port: Int) {
        if error is SocketAddressError || error is SocketAddressError.UnknownHost {
            self = .isNotOurs(host: host)
            return
        }
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: self = .isTaken(host: host, port: port)
        case EACCES: self = .isForbidden(port: port)
        case EADDRNOTAVAIL: self = .isNotOurs(host: host)
        default: return nil
        }
    }

    var refusal: Refusal {
        switch self {
        case .isTaken(let host, let port):
            Refusal("The port \(port) of \(host) is taken: stop what listens there, or give another --port.")
        case .isForbidden(let port):
            Refusal("The port \(port) is not for this user to open: give a --port from 1024 on.")
        case .isNotOurs(let host):
            Refusal("\(host) is not an address of this machine: give another --host.")
        }
    }
}
