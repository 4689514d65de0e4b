import RasidBase
import RasidClient
import Synchronization
import RasidTesting
import Testing

@Suite("Reading lists")
struct PagingTests {
    /// A list of the server, newest first, that may grow between two pages.
    private final class Orders: Sendable {
        private let ids: Mutex<[Int]>

        init(_ count: Int) {
            ids = Mutex(Array((1...max(1, count)).reversed().prefix(count)))
        }

        func add(_ count: Int) {
            ids.withLock { ids in
                for _ in 0..<count { ids.insert((ids.first ?? 0) + 1, at: 0) }
            }
        }

        /// One page in one of the documented shapes, or without a word on pages.
        func page(_ request: ScriptedServer.Request, _ shape: Shape) -> ScriptedServer.Reply {
            let page = request.query["page"].flatMap { Int($0) } ?? 1
            let size = request.query["pageSize"].flatMap { Int($0) } ?? 20
            let all = ids.withLock { $0 }
            let items = all.dropFirst((page - 1) * size).prefix(size)
                .map { Sample.topup(id: "\($0)") }.joined(separator: ",")
            let pages = (all.count + size - 1) / size
            switch shape {
            case .items:
                return .data(#"{"items":[\#(items)],"pagination":{"page":\#(page),"totalPages":\#(pages)}}"#)
            case .meta:
                let meta = #"{"pagination":{"currentPage":\#(page),"hasNextPage":\#(page < pages)}}"#
                return .answer(200, #"{"success":true,"data":{"topups":[\#(items)]},"meta":\#(meta)}"#)
            case .silent:
                return .data(#"{"topups":[\#(items)]}"#)
            }
        }
    }

    private enum Shape: CaseIterable {
        case items, meta, silent
    }

    @Test(arguments: Shape.allCases)
    private func `Every order is given once, in every shape of the list`(shape: Shape) async throws {
        let orders = Orders(45)
        try await ScriptedServer.run { request, _ in
            orders.page(request, shape)
        } _: { server in
            var ids: [String] = []
            for try await topup in try server.client().topups(pageSize: 10) { ids.append(topup.id) }
            #expect(ids == (1...45).reversed().map(String.init))
            #expect(server.requests.first?.query == ["page": "1", "pageSize": "10"])
        }
    }

    @Test(arguments: Shape.allCases)
    private func `Orders that come in meanwhile shift the pages, and none is given twice`(shape: Shape) async throws {
        let orders = Orders(30)
        try await ScriptedServer.run { request, count in
            if count > 0, count < 4 { orders.add(7) }
            return orders.page(request, shape)
        } _: { server in
            var ids: [String] = []
            for try await topup in try server.client().topups(pageSize: 10) { ids.append(topup.id) }
            #expect(ids == (1...30).reversed().map(String.init))
        }
    }

    @Test
    func `Pages are fetched as they are read`() async throws {
        let orders = Orders(100)
        try await ScriptedServer.run { request, _ in
            orders.page(request, .items)
        } _: { server in
            var iterator = try server.client().topups(pageSize: 10).makeAsyncIterator()
            for _ in 0..<10 { _ = try await iterator.next() }
            #expect(server.requests.count == 1)
            _ = try await iterator.next()
            #expect(server.requests.count == 2)
        }
    }

    @Test
    func `A page that failed is read when it is asked for again`() async throws {
        let orders = Orders(20)
        try await ScriptedServer.run { request, count in
            count == 1 ? .failure(401, "INVALID_ACCESS_TOKEN") : orders.page(request, .items)
        } _: { server in
            var iterator = try server.client().topups(pageSize: 10).makeAsyncIterator()
            for _ in 0..<10 { _ = try await iterator.next() }
            await #expect(throws: TopupError.self) { try await iterator.next() }
            #expect(try await iterator.next()?.id == "10")
        }
    }

    @Test
    func `An empty list is empty, and a server that shows the same page for ever is left`() async throws {
        try await ScriptedServer.run(always: .data(#"{"items":[],"pagination":{"totalPages":0}}"#)) { server in
            for try await _ in try server.client().topups() { Issue.record("there is none") }
        }
        try await ScriptedServer.run(always: .data(#"{"topups":[\#(Sample.topup())]}"#)) { server in
            var count = 0
            for try await _ in try server.client().topups() { count += 1 }
            #expect(count == 1)
        }
    }

    @Test
    func `A filter that the server does not know is applied here`() async throws {
        let both = [Sample.topup(id: "1"), Sample.topup(id: "2", number: "021123456")].joined(separator: ",")
        try await ScriptedServer.run(
            always: .data(#"{"items":[\#(both)],"pagination":{"totalPages":1}}"#)
        ) { server in
            var ids: [String] = []
            let from = try #require(Timestamp("2025-10-01T00:00:00.000Z"))
            for try await topup in try server.client().topups(from: from, number: "021123456") { ids.append(topup.id) }
            #expect(ids == ["2"])
            let query = try #require(server.requests.first?.query)
            #expect(query["number"] == "021123456")
            #expect(query["from"] == "2025-10-01T00%3A00%3A00.000Z")
        }
    }

    @Test
    func `The statement is read with and without the word for its direction`() async throws {
        let items = """
            {"_id":"2","type":"ADSL","amount":950,"oldBalance":1000,"newBalance":50,"objid":"o","note":"","time":"x"},\
            {"_id":"1","type":"DEPOSIT","operation":"INCREMENT","amount":1000,"oldBalance":0,"newBalance":1000}
            """
        try await ScriptedServer.run(
            always: .data(#"{"items":[\#(items)],"pagination":{"totalPages":1}}"#)
        ) { server in
            var lines: [Transaction] = []
            for try await line in try server.client().transactions() { lines.append(line) }
            #expect(lines.map(\.kind) == [.order, .deposit])
            #expect(lines.map(\.isIncrement) == [false, true])
            #expect(lines.map(\.amount) == [.dinars(950), .dinars(1000)])
            #expect(lines.first?.time == nil)
        }
    }
}
