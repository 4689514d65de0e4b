import RasidBase
import Testing

@testable import rasid

/// Failures become one sentence each.
@Suite struct ComplaintTests {
    @Test func `a refusal speaks for itself`() {
        #expect(Complaint.sentence(for: Refusal("No: do this.")) == "No: do this.")
    }

    @Test func `a failure of the store says whether to try again`() {
        #expect(Complaint.sentence(for: StoreFailure.unavailable("disk full")).hasSuffix("disk full. Try again."))
        #expect(Complaint.sentence(for: StoreFailure.inDoubt("disk")).hasSuffix("Look before you repeat it."))
        #expect(Complaint.sentence(for: StoreFailure.broken("a row")).contains("rasid audit"))
    }
}
