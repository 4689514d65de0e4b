import RasidBase
import Testing

@testable import RasidDatabase

struct SQLiteFailureTests {
    private static let full: CInt = 13
    private static let inputOutput: CInt = 10
    /// An extended code: the same failure with its place in the upper bits.
    private static let forcing: CInt = 10 | 4 << 8

    @Test func `only a commit that failed on the disk itself is in doubt`() {
        let failure = StoreFailure.unavailable("disk I/O error")
        #expect(SQLiteFailure.commitFailure(failure, code: Self.inputOutput) == .inDoubt("disk I/O error"))
        #expect(SQLiteFailure.commitFailure(failure, code: Self.forcing) == .inDoubt("disk I/O error"))
        #expect(SQLiteFailure.commitFailure(failure, code: Self.full) == failure)
        let broken = StoreFailure.broken("FOREIGN KEY constraint failed")
        #expect(SQLiteFailure.commitFailure(broken, code: 19) == broken)
    }
}
