import RasidBase
import RasidDatabase
import RasidLedger
import RasidServer
import RasidTesting
import Testing

/// Which wallets a sale of several finds free.
struct WalletLockTests {
    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `wallets that another transaction holds are left out, and nobody waits`() async throws {
        let url = try await TestServer.freshSchema()
        let (mine, other) = (
            try InlinePostgresDatabase(url: url, migrations: Schema.migrations),
            try InlinePostgresDatabase(url: url, migrations: Schema.migrations)
        )
        let identifiers = SeededIdentifiers(seed: 1)
        let now = Timestamp(milliseconds: 1)
        let accounts = try (1...3).map { number in
            let opening = NewAccount(
                username: "+21355500000\(number)", name: "Test", identifiers: identifiers, now: now)
            return try mine.commit { try opening.open(in: $0) }
        }
        let wallets = accounts.flatMap { account in
            ShopEnvironment.allCases.map { WalletID(account: account, environment: $0) }
        }
        let free = try other.commit { transaction in
            try Balances.lock(wallets[1], in: transaction)
            try Balances.lock(wallets[4], in: transaction)
            return try mine.commit { try Balances.lockFree(wallets, in: $0) }
        }
        #expect(free == Set([0, 2, 3, 5].map { wallets[$0] }))
        #expect(try mine.commit { try Balances.lockFree(wallets, in: $0) } == Set(wallets))
        #expect(try mine.commit { try Balances.lockFree([], in: $0) }.isEmpty)
        mine.close()
        other.close()
    }
}
