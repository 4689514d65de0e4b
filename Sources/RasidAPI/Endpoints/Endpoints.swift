import Hummingbird
import NIOCore
import RasidAccounts
import RasidBase
import RasidWire

/// One admitted request, as an endpoint sees it.
struct Call: Sendable {
    let request: Request
    let channel: any Channel
    let admission: Admission
    /// The decoded last segment of a path that has a parameter, else empty.
    let parameter: String
    /// As it was sent.
    let query: Substring?

    var wallet: WalletID { admission.wallet }
}

/// What answers a route behind the door.
protocol Endpoint: Sendable {
    func answer(_ call: Call) async throws -> Answer
}

/// Every endpoint, each made once.
struct Endpoints: Sendable {
    private let ping: Ping
    private let health: Health
    private let validate = Validate()
    private let balance: Balance
    private let transactions: Transactions
    private let products: Products
    private let checkNumber: CheckNumber
    private let send: Send
    private let checkID: CheckOrder
    private let checkReference: CheckOrder
    private let list: ListOrders

    init(_ rooms: API.Rooms) {
        let view = TopupView(reveals: rooms.reveals, log: RequestLog(logger: rooms.logger))
        ping = Ping(operators: rooms.operatorHealth, readiness: rooms.readiness, time: rooms.time)
        health = Health(readiness: rooms.readiness)
        balance = Balance(ledger: rooms.ledger, time: rooms.time)
        transactions = Transactions(ledger: rooms.ledger, time: rooms.time)
        products = Products(stock: rooms.stock, time: rooms.time)
        checkNumber = CheckNumber(numbers: rooms.numberCheck, time: rooms.time)
        send = Send(orders: rooms.orders, time: rooms.time)
        checkID = CheckOrder(by: .id, orders: rooms.orders, view: view, time: rooms.time)
        checkReference = CheckOrder(by: .reference, orders: rooms.orders, view: view, time: rooms.time)
        list = ListOrders(orders: rooms.orders, view: view, time: rooms.time)
    }

    /// Answers a route that needs no key.
    func answer(_ open: Route.Open) -> Answer {
        switch open {
        case .ping: ping.answer()
        case .live: health.live()
        case .ready: health.ready()
        }
    }

    /// What answers a route behind the door.
    func endpoint(of keyed: Route.Keyed) -> any Endpoint {
        switch keyed {
        case .validate: validate
        case .balance: balance
        case .transactions: transactions
        case .products: products
        case .checkNumber: checkNumber
        case .send: send
        case .list: list
        case .checkID: checkID
        case .checkReference: checkReference
        }
    }
}
