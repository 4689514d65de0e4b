/// An amount of Algerian dinars, kept as an integer of centimes (contract §1, law 7).
public struct Money: Hashable, Comparable, Sendable {
    public let centimes: Int64

    public init(centimes: Int64) {
        self.centimes = centimes
    }

    public static let zero = Money(centimes: 0)

    public static func dinars(_ dinars: Int64) -> Money { Money(centimes: dinars * 100) }

    public static func < (left: Money, right: Money) -> Bool { left.centimes < right.centimes }
    public static func + (left: Money, right: Money) -> Money { Money(centimes: left.centimes + right.centimes) }
    public static func - (left: Money, right: Money) -> Money { Money(centimes: left.centimes - right.centimes) }
}

extension Money {
    /// Reads a decimal number exactly: `950`, `1326.13`, `1000.0`, `1e3`.
    ///
    /// - Returns: nil for anything that is not a plain decimal number, has a part smaller than a centime,
    ///   or does not fit; the sign is kept, so that the caller can say what is wrong with it.
    public init?(decimal text: some StringProtocol) {
        var text = String(text)
        let centimes = text.withUTF8 { bytes in
            var scanner = DecimalScanner(bytes)
            return scanner.centimes()
        }
        guard let centimes else { return nil }
        self.init(centimes: centimes)
    }
}

extension Money: CustomStringConvertible {
    /// The exact amount with at most two decimals and no trailing zero: `1326.13`, `0.5`, `950`.
    public var description: String {
        String(unsafeUninitializedCapacity: ASCII.capacity) { ASCII.write(self, to: $0) }
    }
}

/// Reads `-?digits(.digits)?([eE][+-]?digits)?` into centimes without rounding.
private struct DecimalScanner {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    /// - Parameter bytes: must outlive the scanner.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        rest = bytes[...]
    }

    mutating func centimes() -> Int64? {
        let negative = take(UInt8(ascii: "-"))
        guard var digits = digits(), !digits.isEmpty else { return nil }
        var scale = 0
        if take(UInt8(ascii: ".")) {
            guard let fraction = self.digits(), !fraction.isEmpty else { return nil }
            digits += fraction
            scale = -fraction.count
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            let minus = take(UInt8(ascii: "-"))
            if !minus { _ = take(UInt8(ascii: "+")) }
            guard let exponent = self.digits(), (1...4).contains(exponent.count) else { return nil }
            let size = exponent.reduce(0) { $0 * 10 + Int($1) }
            scale += minus ? -size : size
        }
        guard rest.isEmpty else { return nil }
        return value(of: digits, shiftedBy: scale + 2).map { negative ? -$0 : $0 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func digits() -> [UInt8]? {
        var digits: [UInt8] = []
        while let byte = rest.first, byte >= 0x30, byte <= 0x39 {
            guard digits.count < 64 else { return nil }
            digits.append(byte - 0x30)
            rest = rest.dropFirst()
        }
        return digits
    }

    private func value(of digits: [UInt8], shiftedBy shift: Int) -> Int64? {
        var digits = digits
        if shift < 0 {
            let lost = digits.suffix(-shift)
            guard lost.allSatisfy({ $0 == 0 }) else { return nil }
            digits.removeLast(min(digits.count, -shift))
        }
        var value: Int64 = 0
        for digit in digits {
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int64(digit))
            guard !tooBig, !overflow else { return nil }
            value = sum
        }
        guard value != 0 else { return 0 }
        for _ in 0..<max(0, shift) {
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            guard !tooBig else { return nil }
            value = product
        }
        return value
    }
}
