import RasidAccounts
import RasidBase
import Testing

@testable import rasid

/// How words of the command line are read.
@Suite struct ArgumentTests {
    @Test func `durations have a unit`() {
        #expect(DurationArgument(argument: "200ms")?.duration == .milliseconds(200))
        #expect(DurationArgument(argument: "15min")?.duration == .seconds(900))
        #expect(DurationArgument(argument: "3") == nil)
        #expect(DurationArgument(.seconds(3)).defaultValueDescription == "3s")
    }

    @Test func `rates are off or so many a minute`() {
        #expect(RateLimitArgument(argument: "off")?.limit == .off)
        #expect(RateLimitArgument(argument: "120/min")?.limit.requestsPerMinute == 120)
        #expect(RateLimitArgument(argument: "120") == nil)
        #expect(RateLimitArgument(argument: "0/min") == nil)
    }

    @Test func `addresses may be blocks`() {
        #expect(AddressBlockArgument(argument: "10.0.0.0/8")?.block == AddressBlock("10.0.0.0/8"))
        #expect(AddressBlockArgument(argument: "10.0.0.0/33") == nil)
    }

    @Test func `types are read in any case`() {
        #expect(ServiceTypeArgument(argument: "adsl")?.type == .adsl)
        #expect(ServiceTypeArgument(argument: "4g")?.type == .fourG)
        #expect(ServiceTypeArgument(argument: "VDSL") == nil)
    }

    @Test func `a route is for a type or for one value`() {
        #expect(RouteTargetArgument(argument: "4g")?.value == nil)
        #expect(RouteTargetArgument(argument: "4G:1000")?.value == .dinars(1000))
        for wrong in ["4G:", "4G:0", "4G:x", ":1000", ""] { #expect(RouteTargetArgument(argument: wrong) == nil) }
    }

    @Test func `amounts are exact or refused`() {
        #expect(AmountArgument(argument: "1326.13")?.money == Money(centimes: 132_613))
        #expect(AmountArgument(argument: "1326.131") == nil)
        #expect(AmountArgument(argument: "1,5") == nil)
    }

    @Test func `JSON has exact amounts and its keys in order`() throws {
        struct Line: Encodable {
            let wallet: Dinars
            let amount: Dinars
        }
        let line = Line(wallet: Dinars(Money(centimes: -1)), amount: Dinars(Money(centimes: 9_007_199_254_740_993)))
        #expect(try JSONText.of(line) == "{\"amount\":90071992547409.93,\"wallet\":-0.01}")
        #expect(try JSONText.of(["a/b": Dinars(.dinars(950))]) == "{\"a/b\":950}")
    }

    @Test func `staff is known by who is logged in, and by who stands behind sudo`() {
        #expect(Staff.name(user: 0, behind: nil) == "root")
        #expect(Staff.name(user: 0, behind: "amina") == "root (amina)")
        #expect(Staff.name(user: 3_999_999_999, behind: nil) == "3999999999")
    }

    @Test func `an odd name is cut to what the journal takes`() {
        let family = "👨‍👩‍👧‍👦"
        for name in [String(repeating: "a", count: 500), String(repeating: family, count: 99)] {
            let cut = Staff.name(user: 0, behind: name)
            #expect(cut.unicodeScalars.count == StaffJournal.wordCharacters)
            #expect(cut.hasPrefix("root ("))
        }
    }
}
