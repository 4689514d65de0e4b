/// The four words a client sees of an order, no others (contract §4).
public enum OrderStatus: String, CaseIterable, Hashable, Sendable {
    case handling = "HANDLING"
    case fulfilled = "FULFILLED"
    case refunded = "REFUNDED"
    case queued = "QUEUED"

    /// Fulfilled and refunded never change again.
    public var isFinal: Bool { self == .fulfilled || self == .refunded }
}

/// Why an order was refunded: one word from a fixed list (contract §4).
public enum RefundReason: String, CaseIterable, Hashable, Sendable {
    case numberRejected = "NUMBER_REJECTED"
    case outOfStock = "OUT_OF_STOCK"
    case operatorRejected = "OPERATOR_REJECTED"
    case expired = "EXPIRED"
    case cancelled = "CANCELLED"

    /// The number as it is kept in a row; never renumbered.
    public var storedCode: Int64 {
        switch self {
        case .numberRejected: 1
        case .outOfStock: 2
        case .operatorRejected: 3
        case .expired: 4
        case .cancelled: 5
        }
    }

    public init?(storedCode: Int64) {
        guard let reason = Self.allCases.first(where: { $0.storedCode == storedCode }) else { return nil }
        self = reason
    }

    /// For the end user, in Arabic and in French: what happened, that the money is back, what to do next.
    public var message: String {
        switch self {
        case .numberRejected:
            "الرقم غير معروف لدى المتعامل، وقد أعيد المبلغ. تحقق من الرقم ثم أعد المحاولة. / "
                + "Ce numéro n'est pas connu de l'opérateur, le montant a été rendu. Vérifiez le numéro et recommencez."
        case .outOfStock:
            "هذه البطاقة غير متوفرة حاليا، وقد أعيد المبلغ. اختر قيمة أخرى أو أعد المحاولة لاحقا. / "
                + "Cette carte n'est plus disponible, le montant a été rendu. Choisissez une autre valeur ou réessayez plus tard."
        case .operatorRejected:
            "رفض المتعامل عملية التعبئة، وقد أعيد المبلغ. أعد المحاولة لاحقا أو اتصل بالبائع. / "
                + "L'opérateur a refusé la recharge, le montant a été rendu. Réessayez plus tard ou contactez votre vendeur."
        case .expired:
            "لم تتم التعبئة في الأجل المحدد، وقد أعيد المبلغ. أعد المحاولة. / "
                + "La recharge n'a pas abouti dans le délai, le montant a été rendu. Vous pouvez recommencer."
        case .cancelled:
            "ألغيت العملية، وقد أعيد المبلغ. اتصل بالبائع لمعرفة السبب. / "
                + "L'opération a été annulée, le montant a été rendu. Contactez votre vendeur pour en savoir plus."
        }
    }
}
