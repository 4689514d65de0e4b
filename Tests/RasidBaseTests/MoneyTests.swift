import RasidBase
import Testing

struct MoneyTests {
    @Test(
        arguments: [
            ("950", 95_000), ("1326.13", 132_613), ("1000.0", 100_000), ("0.5", 50), ("0.05", 5), ("0", 0), ("-0", 0),
            ("-12.5", -1250), ("1e3", 100_000), ("1.5E2", 15_000), ("1e+2", 10_000), ("12345e-2", 12_345),
            ("100000e-5", 100), ("1.2300", 123), ("007", 700), ("0e9999", 0), ("0.00000000e-99", 0),
        ] as [(String, Int64)])
    func `a decimal number is read exactly`(text: String, centimes: Int64) {
        #expect(Money(decimal: text) == Money(centimes: centimes))
    }

    @Test(arguments: [
        "", "-", "+1", ".5", "1.", "1.2.3", "1,5", " 1", "1 ", "0x10", "1e", "1e+", "1e12345", "NaN", "Infinity",
        "--1", "1_000", "١٢٣", "１２",
    ])
    func `what is not a plain decimal number is refused`(text: String) {
        #expect(Money(decimal: text) == nil)
    }

    @Test(arguments: ["0.001", "1326.135", "1e-3", "123e-5", "0.0000000000000000000000000000000000001"])
    func `a part smaller than a centime is refused and never rounded`(text: String) {
        #expect(Money(decimal: text) == nil)
    }

    @Test func `the largest amount is read and one more is refused`() {
        #expect(Money(decimal: "92233720368547758.07")?.centimes == .max)
        #expect(Money(decimal: "-92233720368547758.07")?.centimes == -.max)
        #expect(Money(decimal: "92233720368547758.08") == nil)
        #expect(Money(decimal: "1e17") == nil)
        #expect(Money(decimal: "1e9999") == nil)
        #expect(Money(decimal: String(repeating: "9", count: 64)) == nil)
        #expect(Money(decimal: String(repeating: "0", count: 65)) == nil)
    }

    @Test(
        arguments: [
            (132_613, "1326.13"), (95_000, "950"), (50, "0.5"), (5, "0.05"), (0, "0"), (-5, "-0.05"), (-50, "-0.5"),
            (-1250, "-12.5"), (100, "1"), (110, "1.1"), (101, "1.01"), (.max, "92233720368547758.07"),
            (.min, "-92233720368547758.08"),
        ] as [(Int64, String)])
    func `an amount is printed exactly with at most two decimals`(centimes: Int64, text: String) {
        #expect(Money(centimes: centimes).description == text)
    }

    @Test func `what is printed is read back`() {
        for centimes in stride(from: Int64(-10_000), through: 10_000, by: 7) {
            let money = Money(centimes: centimes)
            #expect(Money(decimal: money.description) == money)
        }
    }

    @Test func `amounts are added, taken off and compared`() {
        #expect(Money.dinars(3) + Money(centimes: 5) == Money(centimes: 305))
        #expect(Money.dinars(3) - Money.dinars(5) == Money.dinars(-2))
        #expect(Money.zero < Money(centimes: 1))
    }
}
