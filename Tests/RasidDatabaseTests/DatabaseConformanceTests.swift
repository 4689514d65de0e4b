import RasidBase
import RasidDatabase
import Testing

/// What every driver promises (``Database``), on the real engine.
@Suite(.timeLimit(.minutes(2)))
struct DatabaseConformanceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: Driver.allCases)
    func `what is written is read, by the next write, a read and a scan`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            try await store.write { try Notes.add("a", 7, in: $0) }
            #expect(try await store.write { try Notes.number("a", in: $0) } == 7)
            #expect(try await store.read { try Notes.number("a", in: $0) } == 7)
            #expect(try await store.scan { try Notes.number("a", in: $0) } == 7)
        }
    }

    @Test(arguments: Driver.allCases)
    func `what is committed is there when the store is opened again`(driver: Driver) async throws {
        try await driver.run(in: folder) { try await $0.write { try Notes.add("a", 7, in: $0) } }
        try await driver.run(in: folder) { store async throws in
            #expect(try await store.read { try Notes.number("a", in: $0) } == 7)
        }
    }

    @Test(arguments: Driver.allCases)
    func `what must change one row is seen by the next statement, and where it does not nothing is stored`(
        driver: Driver
    ) async throws {
        try await driver.run(in: folder) { store async throws in
            let seen = try await store.write { transaction in
                try Notes.addOnce("a", in: transaction)
                try Notes.addOnce("b", in: transaction)
                return try Notes.names(in: transaction)
            }
            #expect(seen == ["a", "b"])
            // Told by the end of the transaction, by the next statement, and to one that goes on regardless.
            await #expect(throws: StoreFailure.broken("a is there")) {
                try await store.write { transaction in
                    try Notes.addOnce("c", in: transaction)
                    try Notes.addOnce("a", in: transaction)
                }
            }
            await #expect(throws: StoreFailure.broken("a is there")) {
                try await store.write { transaction in
                    try Notes.addOnce("a", in: transaction)
                    _ = try Notes.names(in: transaction)
                }
            }
            await #expect(throws: StoreFailure.self) {
                try await store.write { transaction in
                    try Notes.addOnce("c", in: transaction)
                    try Notes.addOnce("b", in: transaction)
                    try Notes.addOnce("d", in: transaction)
                }
            }
            #expect(try await store.read { try Notes.names(in: $0) } == ["a", "b"])
        }
    }

    @Test(arguments: Driver.allCases)
    func `a closure that throws has stored nothing and its own error comes back`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            await #expect(throws: Stop(why: "after")) {
                try await store.write { transaction in
                    try Notes.add("a", in: transaction)
                    throw Stop(why: "after")
                }
            }
            await #expect(throws: Stop(why: "before")) { try await store.write { _ in throw Stop(why: "before") } }
            #expect(try await store.read { try Notes.names(in: $0) } == [])
            await #expect(throws: Stop(why: "read")) { try await store.read { _ in throw Stop(why: "read") } }
            await #expect(throws: Stop(why: "scan")) { try await store.scan { _ in throw Stop(why: "scan") } }
        }
    }

    @Test(arguments: Driver.allCases)
    func `a breach of the schema stores nothing and is broken`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            await expectBroken { try await store.write { try Notes.add("a", -1, in: $0) } }
            try await store.write { try Notes.add("a", in: $0) }
            await expectBroken { try await store.write { try Notes.add("a", in: $0) } }
            #expect(try await store.read { try Notes.names(in: $0) } == ["a"])
        }
    }

    @Test(arguments: Driver.allCases)
    func `a breach that only the commit finds stores nothing and is broken`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            await expectBroken {
                try await store.write { transaction in
                    try Notes.add("a", in: transaction)
                    try Notes.addChild("c", of: "nobody", in: transaction)
                }
            }
            #expect(try await store.read { try Notes.names(in: $0) } == [])
            try await store.write { transaction in
                try Notes.addChild("c", of: "a", in: transaction)
                try Notes.add("a", in: transaction)
            }
            #expect(try await store.read { try Notes.names(in: $0) } == ["a"])
        }
    }

    @Test(arguments: Driver.allCases)
    func `a statement of ours that is wrong is broken`(driver: Driver) async throws {
        let wrong = Statement("SELECT nothing FROM nowhere")
        let select = Statement("SELECT number FROM notes WHERE name = ?")
        try await driver.run(in: folder) { store async throws in
            await expectBroken { try await store.read { try $0.exists(wrong) } }
            await expectBroken { try await store.read { try $0.exists(select) } }
            await expectBroken { try await store.read { try $0.exists(select, [.text("a"), .text("b")]) } }
        }
    }

    @Test(arguments: Driver.allCases)
    func `a read stores nothing`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            _ = try? await store.read { try Notes.add("a", in: $0) }
            _ = try? await store.scan { try Notes.add("b", in: $0) }
            #expect(try await store.read { try Notes.names(in: $0) } == [])
        }
    }

    @Test(arguments: Driver.allCases)
    func `an expected conflict answers no row and changes nothing`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            #expect(try await store.write { try Notes.addNew("a", 1, in: $0) } == 1)
            #expect(try await store.write { try Notes.addNew("a", 2, in: $0) } == nil)
            #expect(try await store.read { try Notes.number("a", in: $0) } == 1)
        }
    }

    @Test(arguments: Driver.allCases)
    func `rows are counted, read in order, read one by one and looked for`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            try await store.write { transaction in
                for (number, name) in ["c", "a", "b"].enumerated() {
                    try Notes.add(name, Int64(number), in: transaction)
                }
            }
            let names = try await store.scan { transaction in
                var names: [String] = []
                try Notes.each(in: transaction) { names.append($0) }
                return names
            }
            #expect(names == ["a", "b", "c"])
            #expect(try await store.read { try Notes.exists("a", in: $0) })
            #expect(try await store.read { try !Notes.exists("d", in: $0) })
            #expect(try await store.write { try Notes.remove(from: 1, in: $0) } == 2)
            #expect(try await store.write { try Notes.remove(from: 1, in: $0) } == 0)
        }
    }

    @Test(arguments: Driver.allCases)
    func `writes at the same time each see what the ones before them left`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            try await store.write { try Notes.add("sum", in: $0) }
            let seen = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<300 { group.addTask { try await store.write { try Notes.increase("sum", in: $0) } } }
                return try await group.reduce(into: Set<Int64>()) { seen, number in
                    if let number { seen.insert(number) }
                }
            }
            #expect(seen == Set(1...300))
        }
    }

    @Test(arguments: Driver.allCases)
    func `of many that want one name exactly one gets it`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            let winners = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for number in 0..<100 {
                    group.addTask { try await store.write { try Notes.addNew("ref", Int64(number), in: $0) } }
                }
                return try await group.reduce(into: [Int64]()) { winners, number in
                    if let number { winners.append(number) }
                }
            }
            #expect(winners.count == 1)
            #expect(try await store.read { try Notes.number("ref", in: $0) } == winners.first)
        }
    }

    @Test(arguments: Driver.allCases)
    func `a cancelled caller's write happens and is answered`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            let task = Task { () -> (Bool, Int64?) in
                while !Task.isCancelled { await Task.yield() }
                let answer = try await store.write { try Notes.addNew("a", 1, in: $0) }
                return (Task.isCancelled, answer)
            }
            task.cancel()
            let (wasCancelled, answer) = try await task.value
            #expect(wasCancelled)
            #expect(answer == 1)
            #expect(try await store.read { try Notes.names(in: $0) } == ["a"])
        }
    }

    /// On a server everybody looks once a second, whatever was heard.
    @Test(arguments: [Driver.sqlite, .inlineSQLite])
    func `only what others commit is an outside commit`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            #expect(try await !store.hasOutsideCommits())
            try await store.write { try Notes.add("mine", in: $0) }
            #expect(try await !store.hasOutsideCommits())
            try await driver.run(in: folder) { other async throws in
                #expect(try await !store.hasOutsideCommits())
                try await other.write { try Notes.add("theirs", in: $0) }
                #expect(try await hears(store))
                #expect(try await !store.hasOutsideCommits())
                #expect(try await store.read { try Notes.names(in: $0) } == ["mine", "theirs"])
            }
        }
    }

    /// A server's nodes tell each other after the commit, soon, not at once.
    private func hears(_ store: any Database) async throws -> Bool {
        for _ in 0..<500 {
            if try await store.hasOutsideCommits() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test(arguments: Driver.allCases)
    func `a closure that is overtaken again and again has stored nothing, and may be repeated`(
        driver: Driver
    ) async throws {
        try await driver.run(in: folder) { store async throws in
            for isOfAWallet in [false, true] {
                let body: @Sendable (Transaction) throws -> Void = { transaction in
                    try Notes.add("a", in: transaction)
                    throw Overtaken("it was taken meanwhile")
                }
                await #expect(throws: StoreFailure.unavailable("it was taken meanwhile")) {
                    if isOfAWallet {
                        try await store.write(for: WalletID(account: AccountID(1), environment: .sandbox), body)
                    } else {
                        try await store.write(body)
                    }
                }
            }
            #expect(try await store.read { try Notes.names(in: $0) } == [])
        }
    }

    @Test(arguments: Driver.allCases)
    func `a long answer is gone through row by row, with other questions in between`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            try await store.write { transaction in
                for number in 0..<2500 { try Notes.add("n\(10_000 + number)", Int64(number), in: transaction) }
            }
            let sum = try await store.scan { transaction in
                var sum: Int64 = 0
                try Notes.each(in: transaction) { sum += try Notes.number($0, in: transaction) ?? 0 }
                return sum
            }
            #expect(sum == 2500 * 2499 / 2)
            let first = try await store.scan { transaction in
                let first = try transaction.first(Notes.selectNames) { $0.text(0) }
                return (first, try Notes.number("n10007", in: transaction))
            }
            #expect(first.0 == "n10000" && first.1 == 7)
            await #expect(throws: Stop(why: "enough")) {
                try await store.scan { try Notes.each(in: $0) { _ in throw Stop(why: "enough") } }
            }
        }
    }

    private func expectBroken(_ body: () async throws -> some Any, at: SourceLocation = #_sourceLocation) async {
        let failure = await #expect(throws: StoreFailure.self, sourceLocation: at) { _ = try await body() }
        guard let failure else { return }
        guard case .broken = failure else {
            Issue.record("\(failure) is not broken", sourceLocation: at)
            return
        }
    }
}
