import HTTPTypes
import RasidWire

/// Everything that can be asked for, each with its path and its method.
enum Route: Hashable, Sendable {
    /// Needs no key.
    enum Open: CaseIterable, Sendable {
        case ping, live, ready
    }

    /// Stands behind the door.
    enum Keyed: CaseIterable, Sendable {
        case validate, balance, transactions, products, checkNumber, send, list, checkID, checkReference

        /// Shut to a read-only key.
        var writes: Bool { self == .send }
    }

    case open(Open)
    case keyed(Keyed)

    static let all = Open.allCases.map(Route.open) + Keyed.allCases.map(Route.keyed)

    var template: String {
        switch self {
        case .open(.ping): Path.ping
        case .open(.live): Path.live
        case .open(.ready): Path.ready
        case .keyed(.validate): Path.validate
        case .keyed(.balance): Path.balance
        case .keyed(.transactions): Path.transactions
        case .keyed(.products): Path.products
        case .keyed(.checkNumber): Path.checkNumber
        case .keyed(.send): Path.send
        case .keyed(.list): Path.list
        case .keyed(.checkID): Path.checkID
        case .keyed(.checkReference): Path.checkReference
        }
    }

    /// A HEAD is answered like its GET, body aside.
    func takes(_ method: HTTPRequest.Method) -> Bool {
        self == .keyed(.send) ? method == .post : method == .get || method == .head
    }

    /// What the header `Allow` says.
    var allowed: String {
        self == .keyed(.send) ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"
    }
}
