import Dispatch
import Foundation
import RasidBase
import RasidTesting
import Synchronization
import Testing

@testable import RasidDatabase

/// Closures of wallets share commits, and a wallet that is held keeps nobody else.
@Suite(
    .enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"),
    .timeLimit(.minutes(2)))
struct PostgresBatchesTests {
    @Test func `closures of one wallet share commits, and those of others run beside them`() async throws {
        try await PostgresStore.run { store async throws in
            let gate = Statement("SELECT number FROM notes WHERE name = 'gate' {LOCK}")
            try await store.write { try Notes.add("gate", in: $0) }
            let number = Statement("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)")
            // While the first waits, the others of its wallet gather behind it.
            let transactions = try await withThrowingTaskGroup(of: Int64.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        try await store.write(for: PostgresStore.wallet(7)) { transaction in
                            if index == 0 { _ = try transaction.exists(Statement("SELECT pg_sleep(0.3)")) }
                            _ = try transaction.exists(gate)
                            _ = try Notes.increase("gate", in: transaction)
                            return try transaction.first(number) { $0.integer(0) } ?? 0
                        }
                    }
                    if index == 0 { try await Task.sleep(for: .milliseconds(100)) }
                }
                group.addTask { try await store.write(for: PostgresStore.wallet(8)) { _ in -1 } }
                return try await group.reduce(into: [Int64]()) { $0.append($1) }
            }
            #expect(transactions.count == 21 && Set(transactions).count <= 5, "\(transactions)")
            #expect(try await store.read { try Notes.number("gate", in: $0) } == 20)
        }
    }

    @Test func `a promise that one closure breaks is told to that one, and its neighbours are stored`() async throws {
        try await PostgresStore.run { store async throws in
            try await store.write { try Notes.add("old", in: $0) }
            // While the first two run, the others gather behind them and share a transaction.
            let answers = await withTaskGroup(of: (Int64, Result<Void, any Error>).self) { group in
                for index in 0..<14 as Range<Int64> {
                    group.addTask {
                        do {
                            try await store.write(for: PostgresStore.wallet(index)) { transaction in
                                if index < 2 { _ = try transaction.exists(Statement("SELECT pg_sleep(0.3)")) }
                                try Notes.addOnce(index.isMultiple(of: 4) ? "old" : "new \(index)", in: transaction)
                            }
                            return (index, .success(()))
                        } catch {
                            return (index, .failure(error))
                        }
                    }
                    if index == 1 { try? await Task.sleep(for: .milliseconds(100)) }
                }
                return await group.reduce(into: [Int64: Result<Void, any Error>]()) { $0[$1.0] = $1.1 }
            }
            for (index, answer) in answers {
                if index.isMultiple(of: 4) {
                    #expect(throws: StoreFailure.broken("old is there")) { try answer.get() }
                } else {
                    #expect(throws: Never.self) { try answer.get() }
                }
            }
            let names = try await store.read { try Notes.names(in: $0) }
            #expect(names == (["old"] + answers.keys.filter { !$0.isMultiple(of: 4) }.map { "new \($0)" }).sorted())
        }
    }

    @Test func `a wallet whose turn was refused has its turn again`() async throws {
        let session = PostgresSession(try await TestServer.freshSchema())
        let workers = PostgresWorkers("one", [session], mostWaiting: 1)
        let batches = PostgresBatches(workers, locks: PostgresStore.lockNothing)
        func write() async throws -> Int {
            try await withCheckedThrowingContinuation { continuation in
                batches.enqueue(
                    PendingWriteOf({ _ in 7 }) { continuation.resume(with: $0) }, for: PostgresStore.wallet(7))
            }
        }
        let gate = DispatchSemaphore(value: 0)
        // One is being done and one waits: there is room for no more.
        workers.enqueue { _ in gate.wait() }
        try await eventually("the first has begun") { workers.waiting == 0 }
        workers.enqueue { _ in }
        await #expect(throws: StoreFailure.self) { _ = try await write() }
        gate.signal()
        try await eventually("there is room again") { workers.waiting == 0 }
        #expect(try await write() == 7)
        await workers.stop()
    }

    @Test func `wallets that somebody holds keep only their own waiting`() async throws {
        try await PostgresStore.run(locks: PostgresStore.lockNotes) { store async throws in
            try await store.write { transaction in
                for number in 0..<12 { try Notes.add("\(number)", in: transaction) }
            }
            let lock = Statement("SELECT name FROM notes WHERE CAST(name AS BIGINT) < 10 {LOCK}")
            let increase: @Sendable (Int64) async throws -> Int64? = { number in
                try await store.write(for: PostgresStore.wallet(number)) {
                    try Notes.increase("\(number)", in: $0)
                }
            }
            var held: Task<Void, Never>?
            try await PostgresStore.holding(in: store) {
                _ = try $0.all(lock) { $0.text(0) }
            } while: {
                held = Task {
                    await withTaskGroup { group in
                        for number in 0..<Int64(10) { group.addTask { _ = try? await increase(number) } }
                    }
                }
                // The holder lets go only when these are done.
                for _ in 0..<20 { for number in 10..<Int64(12) { _ = try await increase(number) } }
                #expect(try await store.read { try Notes.number("11", in: $0) } == 20)
            }
            await held?.value
            for number in 0..<Int64(10) { #expect(try await increase(number) != nil) }
        }
    }

    @Test func `two nodes that sell from the same wallets do each sale once`() async throws {
        let url = try await TestServer.freshSchema()
        let nodes = try (0..<2).map { _ in
            try PostgresDatabase(url: url, migrations: TestTables.migrations, locks: PostgresStore.lockNotes)
        }
        try await nodes[0].write { transaction in
            for number in 0..<5 { try Notes.add("\(number)", in: transaction) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sale in 0..<400 {
                let (node, number) = (nodes[sale % 2], sale % 5)
                group.addTask {
                    _ = try await node.write(for: PostgresStore.wallet(Int64(number))) {
                        try Notes.increase("\(number)", in: $0)
                    }
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<5 { #expect(try await nodes[1].read { try Notes.number("\(number)", in: $0) } == 80) }
        for node in nodes { await node.close() }
    }

    @Test func `a store that closes answers what waits for a held wallet, and takes nothing more on`() async throws {
        let url = try await TestServer.freshSchema()
        let store = try PostgresDatabase(url: url, migrations: TestTables.migrations, locks: PostgresStore.lockNotes)
        let other = try InlinePostgresDatabase(url: url, migrations: TestTables.migrations)
        try await store.write { try Notes.add("1", in: $0) }
        let sell: @Sendable () async throws -> Int64? = {
            try await store.write(for: PostgresStore.wallet(1)) { try Notes.increase("1", in: $0) }
        }
        let (isHeld, mayEnd) = (Tally(), DispatchSemaphore(value: 0))
        let holder = Thread {
            _ = try? other.commit { transaction in
                _ = try Notes.increase("1", by: 0, in: transaction)
                isHeld.add()
                mayEnd.wait()
            }
        }
        holder.start()
        try await eventually("it is held") { isHeld.count == 1 }
        let sales = (0..<40).map { _ in Task { try await sell() } }
        try await Task.sleep(for: .milliseconds(50))
        let hasClosed = Tally()
        let closing = Task {
            await store.close()
            hasClosed.add()
        }
        // Each is refused at once, or waits as the others do.
        let isRefused = Tally()
        let late = Mutex<[Task<Int64?, any Error>]>([])
        try await eventually("it is closing") {
            let sale = Task {
                do {
                    return try await sell()
                } catch StoreFailure.unavailable("the store is closing") {
                    isRefused.add()
                    return nil
                }
            }
            late.withLock { $0.append(sale) }
            return isRefused.count > 0
        }
        #expect(hasClosed.count == 0)
        mayEnd.signal()
        await closing.value
        var numbers: Set<Int64> = []
        for sale in sales + late.withLock({ $0 }) { if let number = try await sale.value { numbers.insert(number) } }
        #expect(numbers.count >= 40 && numbers == Set(1...Int64(numbers.count)))
        other.close()
    }

    @Test func `a wallet that is free for moments only is sold from, beside two that stay held`() async throws {
        let url = try await TestServer.freshSchema()
        let nodes = try (0..<2).map { _ in
            try PostgresDatabase(url: url, migrations: TestTables.migrations, locks: PostgresStore.lockNotes)
        }
        try await nodes[0].write { transaction in
            for number in 0..<3 { try Notes.add("\(number)", in: transaction) }
        }
        let lock = Statement("SELECT name FROM notes WHERE CAST(name AS BIGINT) < 2 {LOCK}")
        let sell: @Sendable (PostgresDatabase, Int64) async throws -> Void = { node, number in
            _ = try await node.write(for: PostgresStore.wallet(number)) { try Notes.increase("\(number)", in: $0) }
        }
        var held: Task<Void, Never>?
        try await PostgresStore.holding(in: nodes[0]) {
            _ = try $0.all(lock) { $0.text(0) }
        } while: {
            held = Task {
                await withTaskGroup { group in
                    for number in 0..<Int64(40) { group.addTask { try? await sell(nodes[1], number % 2) } }
                }
            }
            // Both nodes sell from the third without a pause. The holder lets go only when they are done.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in nodes {
                    for _ in 0..<4 { group.addTask { for _ in 0..<20 { try await sell(node, 2) } } }
                }
                try await group.waitForAll()
            }
            #expect(try await nodes[0].read { try Notes.number("2", in: $0) } == 160)
        }
        await held?.value
        for node in nodes { await node.close() }
    }

    @Test func `a line that broke while nobody used it costs no sale`() async throws {
        try await PostgresStore.run(locks: PostgresStore.lockNotes) { store async throws in
            try await store.write { try Notes.add("1", in: $0) }
            let sell: @Sendable () async throws -> Int64? = {
                try await store.write(for: PostgresStore.wallet(1)) { try Notes.increase("1", in: $0) }
            }
            #expect(try await sell() == 1)
            let end = Statement(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = current_schema() AND pid <> pg_backend_pid()
                """)
            for number in Int64(2)...6 {
                try await store.write { _ = try $0.all(end) { $0.flag(0) } }
                #expect(try await sell() == number)
            }
        }
    }

    @Test func `a look at the wallets that is cut short costs no later sale`() async throws {
        let tries = Tally()
        let locks: WalletLocks = { wallets, transaction in
            tries.add()
            if tries.count == 1 { _ = try transaction.exists(Statement("SELECT 1 / (count(*) - count(*)) FROM notes")) }
            return Set(wallets)
        }
        try await PostgresStore.run(locks: locks) { store async throws in
            try await store.write { try Notes.add("1", in: $0) }
            await #expect(throws: StoreFailure.self) {
                try await store.write(for: PostgresStore.wallet(1)) { try Notes.increase("1", in: $0) }
            }
            #expect(
                try await store.write(for: PostgresStore.wallet(1)) { try Notes.increase("1", in: $0) } == 1)
        }
    }

    @Test func `whoever waits in vain inside a sale is told so, and each waits once`() async throws {
        try await PostgresStore.run { store async throws in
            try await store.write { try Notes.add("rare", in: $0) }
            let (isHeld, isOver) = (Tally(), Tally())
            let holder = Task {
                try await store.write { transaction in
                    _ = try Notes.increase("rare", in: transaction)
                    isHeld.add()
                    while isOver.count == 0 { _ = try transaction.exists(Statement("SELECT pg_sleep(0.05)")) }
                }
            }
            try await eventually("it is held") { isHeld.count > 0 }
            let started = ContinuousClock.now
            let told = await withTaskGroup(of: (any Error)?.self) { group in
                for number in 0..<Int64(12) {
                    group.addTask {
                        do {
                            _ = try await store.write(for: PostgresStore.wallet(number)) {
                                try Notes.increase("rare", in: $0)
                            }
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: [(any Error)?]()) { $0.append($1) }
            }
            #expect(told.count == 12 && told.allSatisfy { $0 is StoreFailure })
            // The first alone, then the rest together.
            #expect(ContinuousClock.now - started < Limits.postgresSaleLock * 4)
            isOver.add()
            try await holder.value
            #expect(try await store.read { try Notes.number("rare", in: $0) } == 1)
        }
    }

    @Test func `one closure that fails keeps none of its wallet's from being stored`() async throws {
        try await PostgresStore.run { store async throws in
            let wrong = Statement("SELECT 1 / (SELECT count(*) - count(*) FROM notes)")
            let results = await withTaskGroup(of: Result<Int, any Error>.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        do {
                            return .success(
                                try await store.write(for: PostgresStore.wallet(7)) { transaction in
                                    if index % 5 == 1 { throw Stop(why: "before") }
                                    try Notes.add("\(index)", in: transaction)
                                    if index % 5 == 2 { throw Stop(why: "after") }
                                    if index % 5 == 3 { _ = try transaction.exists(wrong) }
                                    return index
                                })
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: [Result<Int, any Error>]()) { $0.append($1) }
            }
            let stored = results.compactMap { try? $0.get() }.map(String.init)
            #expect(Set(stored) == Set((0..<40).filter { $0 % 5 == 0 || $0 % 5 == 4 }.map(String.init)))
            #expect(try await store.read { try Notes.names(in: $0) } == stored.sorted())
        }
    }
}
