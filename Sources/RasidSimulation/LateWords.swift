import RasidBase
import RasidOperators
import RasidOrders

/// What must be found again as a case that waits for a person.
extension Model {
    /// A word that ends nothing must not be lost: a late one, a second code, a code that is somebody else's.
    ///
    /// - Parameter end: how the order had ended before it came; nil where it was open.
    mutating func heard(
        _ answer: OperatorAnswer, for id: OrderID, whenItWas end: OrderState?, isOfStock: Bool, cases: [OrderCase]
    ) throws {
        guard let kind = demanded(by: answer, for: id, whenItWas: end, isOfStock: isOfStock) else { return }
        guard cases.contains(where: { $0.kind == kind && $0.closedAt == nil }) else {
            throw Violation("\(name(of: id)): a word left no case that is open (\(kind.explanation))")
        }
    }

    private mutating func demanded(
        by answer: OperatorAnswer, for id: OrderID, whenItWas end: OrderState?, isOfStock: Bool
    ) -> CaseKind? {
        switch (end, answer.outcome) {
        case (_, .fulfilled(let receipt)) where !receipt.isPlausible:
            return nil
        case (let end, .fulfilled(let receipt)):
            let owner = isOfStock ? nil : keep(receipt.code, of: id)
            switch end {
            case .refunded?:
                return .lateYes
            case .fulfilled?:
                // The very code that it was fulfilled with says nothing new.
                return owner == id || isDoubtful(receipt.code) ? nil : .secondCode
            default:
                return isOfStock || owner.map { $0 != id } ?? false ? .knownCode : nil
            }
        case (.fulfilled?, .refused):
            return .lateNo
        default:
            return nil
        }
    }
}
