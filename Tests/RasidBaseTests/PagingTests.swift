import RasidBase
import Testing

struct PagingTests {
    @Test func `a page's offset counts the newer items and never overflows`() {
        #expect(PageRequest().offset == 0)
        #expect(PageRequest(page: 3, size: 20).offset == 40)
        #expect(PageRequest(page: .max, size: 100).offset == .max)
    }

    @Test func `a page without bounds in time is unfiltered`() {
        #expect(PageRequest().isUnfiltered)
        #expect(!PageRequest(from: Timestamp(milliseconds: 0)).isUnfiltered)
        #expect(!PageRequest(until: Timestamp(milliseconds: 0)).isUnfiltered)
    }
}
