import RasidBase
import Testing

struct StoredCodeTests {
    @Test func `every stored code is read back, and an unknown one is a case of its own`() {
        for type in ServiceType.allCases { #expect(ServiceType(storedCode: type.storedCode) == type) }
        for shop in ShopEnvironment.allCases { #expect(ShopEnvironment(storedCode: shop.storedCode) == shop) }
        for reason in RefundReason.allCases { #expect(RefundReason(storedCode: reason.storedCode) == reason) }
        #expect(ServiceType(storedCode: 0) == nil)
        #expect(ShopEnvironment(storedCode: 2) == nil)
        #expect(RefundReason(storedCode: 6) == nil)
    }

    @Test func `a refund is explained in Arabic and in French`() {
        for reason in RefundReason.allCases {
            let parts = reason.message.split(separator: " / ")
            #expect(parts.count == 2)
            #expect(parts.first?.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) } == true)
            #expect(parts.last?.unicodeScalars.allSatisfy { $0.value < 0x0600 } == true)
        }
    }
}
