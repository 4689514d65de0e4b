import RasidBase
import Testing

struct SandboxNumberTests {
    @Test(arguments: SandboxNumber.allCases)
    func `each number of the contract's table is read by its place`(number: SandboxNumber) {
        #expect(SandboxNumber(ServiceNumber(stored: "00000000\(number.rawValue)", type: .adsl)) == number)
        #expect(SandboxNumber(ServiceNumber(stored: "21300000000\(number.rawValue)", type: .fourG)) == number)
    }

    @Test(arguments: ["000000000", "000000010", "036362608", "100000001"])
    func `any other number is an ordinary one`(text: String) {
        #expect(SandboxNumber(ServiceNumber(stored: text, type: .adsl)) == nil)
    }

    @Test func `the table stands in the contract's order`() {
        #expect(
            SandboxNumber.allCases == [
                .rejected, .queuedThenFulfilled, .queuedThenRefunded, .lostThenFulfilled, .lostThenRefunded, .slow,
                .notASubscriber, .outOfStock, .insufficientBalance,
            ])
    }
}
