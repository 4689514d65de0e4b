public import RasidBase

/// A sum of amounts that no row, however wrong, can make overflow.
public struct AuditSum: Hashable, Sendable, CustomStringConvertible {
    private var centimes: Int128 = 0

    public init() {}

    public init(_ amount: Money) {
        centimes = Int128(amount.centimes)
    }

    public static func + (left: AuditSum, right: AuditSum) -> AuditSum {
        var sum = left
        sum.centimes &+= right.centimes
        return sum
    }

    public static func - (left: AuditSum, right: AuditSum) -> AuditSum {
        var sum = left
        sum.centimes &-= right.centimes
        return sum
    }

    public static func += (sum: inout AuditSum, amount: Money) { sum = sum + AuditSum(amount) }

    /// In dinars; in centimes where that is more than money can be.
    public var description: String {
        Int64(exactly: centimes).map { Money(centimes: $0).description } ?? "\(centimes) centimes of"
    }
}
