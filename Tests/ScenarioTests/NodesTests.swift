import RasidBase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// Nodes that share a database: they sell and deliver side by side, and lock nobody out.
@Suite(.enabled(if: !TestEngine.isSQLite, "a folder has one server"))
struct NodesTests {
    @Test func `three nodes sell and deliver in both environments at once, each order once`() async throws {
        let first = try await ThreadedShop(cards: 150, deposit: .dinars(950 * 120))
        let nodes = [first, try await ThreadedShop(beside: first), try await ThreadedShop(beside: first)]
        let deadlocks = try await first.deadlocks()
        let results = try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask { while !Task.isCancelled { _ = try await node.deliver() } }
            }
            let results = await together(400) { number in
                let node = nodes[number % 3]
                // Each reference is asked for on two nodes; both wallets of the account are busy on all of them.
                let wallet = number.isMultiple(of: 2) ? node.production : node.sandbox
                return await node.place(ref: "order-\(number / 4)-\(number % 2)", in: wallet)
            }
            group.cancelAll()
            try await group.waitForAll()
            return results
        }
        for node in nodes { while try await node.deliver() > 0 {} }
        let placed = results.compactMap { try? $0.get() }
        #expect(placed.count == 200 && Set(placed.map(\.id)).count == 200)
        let refused = results.compactMap(\.problem)
        #expect(refused.allSatisfy { if case .duplicatedReference = $0 { true } else { false } })
        #expect(try await first.stock() == [.available: 50, .delivered: 100])
        #expect(try await first.balances().orderNumber == 100)
        #expect(try await first.balances(of: first.sandbox).orderNumber == 100)
        #expect(try await first.audit().findings.isEmpty)
        // Each would have cost a second.
        #expect(try await first.deadlocks() == deadlocks)
        for node in nodes { try await node.close() }
    }

    @Test func `nodes that race for the last cards sell each once and refuse the rest`() async throws {
        for round in 0..<Rounds.count {
            let first = try await ThreadedShop(cards: 20, deposit: .dinars(950 * 100))
            let nodes = [first, try await ThreadedShop(beside: first)]
            let results = await together(100) { await nodes[$0 % 2].place(ref: "order-\($0)") }
            #expect(results.compactMap { try? $0.get() }.count == 20, "round \(round)")
            let refused = results.compactMap(\.problem)
            #expect(refused.allSatisfy { $0 == .outOfStock(type: .adsl, value: .dinars(1000)) }, "\(refused)")
            #expect(try await first.audit().findings.isEmpty)
            for node in nodes { try await node.close() }
        }
    }

    @Test(arguments: ["money", "cards", "neither"])
    func `a request that two nodes get at once is one order to both, whatever it takes the last of`(
        short: String
    ) async throws {
        for round in 0..<Rounds.count {
            let first = try await ThreadedShop(
                cards: short == "cards" ? 1 : 9, deposit: .dinars(950 * (short == "money" ? 1 : 9)))
            let nodes = [first, try await ThreadedShop(beside: first)]
            let twice = await together(16) { await nodes[$0 % 2].place(ref: "twice") }
            let id = try #require(twice.compactMap { try? $0.get() }.first?.id)
            let known = Problem.duplicatedReference(reference: "twice", order: id, status: .handling)
            #expect(twice.compactMap(\.problem).filter { $0 == known }.count == 15, "round \(round): \(twice)")
            for node in nodes { try await node.close() }
            let again = try await ThreadedShop(
                cards: short == "cards" ? 1 : 9, deposit: .dinars(950 * (short == "money" ? 1 : 9)))
            let others = [again, try await ThreadedShop(beside: again)]
            let keyed = await together(16) { await others[$0 % 2].place(ref: "twice", key: "key") }
            let answers = keyed.compactMap { try? $0.get() }
            #expect(answers.count == 16 && Set(answers.map(\.id)).count == 1, "round \(round): \(keyed)")
            #expect(answers.filter { !$0.isRepeat }.count == 1)
            for node in others { try await node.close() }
        }
    }

    @Test(arguments: [CuttingProxy.Cut.before, .after])
    func `a commit whose answer is lost is one order, and the answer is the true one`(
        cut: CuttingProxy.Cut
    ) async throws {
        let url = try #require(TestServer.url)
        let port = try #require(url.firstMatch(of: #/:(\d+)\//#).flatMap { Int($0.output.1) })
        let proxy = try CuttingProxy(to: port)
        defer { proxy.stop() }
        let straight = try await ThreadedShop(cards: 30, deposit: .dinars(950 * 20))
        let node = try await ThreadedShop(beside: straight, port: proxy.port)
        var ids: Set<OrderID> = []
        for number in 0..<20 {
            proxy.cutNextCommit(cut)
            // The last of them takes the wallet's last dinar: a second try must not be told that it is too small.
            let placed = try await node.place(ref: "order-\(number)", key: "key-\(number)").get()
            #expect(!placed.isRepeat && placed.reference == "order-\(number)")
            ids.insert(placed.id)
        }
        #expect(proxy.cuts == 20 && ids.count == 20)
        #expect(try await straight.balances().orderNumber == 20)
        #expect(try await straight.balances().wallet == .zero)
        #expect(try await straight.stock() == [.available: 10, .reserved: 20])
        #expect(try await straight.audit().findings.isEmpty)
        try await node.close()
        try await straight.close()
    }

    @Test(arguments: [CuttingProxy.Cut.silence, .silenceOfAll])
    func `a database that falls silent over a commit is asked on another line, and one order is told of`(
        cut: CuttingProxy.Cut
    ) async throws {
        let url = try #require(TestServer.url)
        let port = try #require(url.firstMatch(of: #/:(\d+)\//#).flatMap { Int($0.output.1) })
        let proxy = try CuttingProxy(to: port)
        defer { proxy.stop() }
        let straight = try await ThreadedShop(cards: 3, deposit: .dinars(950))
        let node = try await ThreadedShop(beside: straight, port: proxy.port)
        // Whichever session looks into it had a line before.
        await node.connectAll()
        proxy.cutNextCommit(cut)
        let started = ContinuousClock.now
        let placed = try await node.place(ref: "silent", key: "key").get()
        #expect(proxy.cuts == 1 && !placed.isRepeat)
        #expect(ContinuousClock.now - started < Limits.commitInDoubt)
        #expect(try await straight.balances().wallet == .zero)
        #expect(try await straight.balances().orderNumber == 1)
        try await node.close()
        try await straight.close()
    }

    @Test func `a node whose database is out of reach starts nothing, and sells on when it is back`() async throws {
        let url = try #require(TestServer.url)
        let port = try #require(url.firstMatch(of: #/:(\d+)\//#).flatMap { Int($0.output.1) })
        let straight = try await ThreadedShop(cards: 3, deposit: .dinars(950 * 2))
        let proxy = try CuttingProxy(to: port)
        let node = try await ThreadedShop(beside: straight, port: proxy.port)
        _ = try await node.place(ref: "before").get()
        proxy.stop()
        proxy.hangUp()
        let refused = await node.place(ref: "meanwhile").problem
        #expect(refused == .unavailable(retryAfter: .zero))
        #expect(try await straight.balances().orderNumber == 1)
        let again = try CuttingProxy(to: port, at: proxy.port)
        defer { again.stop() }
        // A server that has just refused is left alone for a moment.
        try await eventually("it sells on") { (try? await node.place(ref: "meanwhile").get()) != nil }
        #expect(try await straight.balances().wallet == .zero)
        try await node.close()
        try await straight.close()
    }
}
