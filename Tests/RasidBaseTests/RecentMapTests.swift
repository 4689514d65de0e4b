import Testing

import RasidBase

struct RecentMapTests {
    @Test func `what was touched last is kept, however much else comes`() {
        var map = RecentMap<Int, Int>(capacity: 100)
        map.insert(1, for: -1)
        for key in 0..<10_000 {
            map.insert(key, for: key)
            #expect(map.count <= 100)
            if key.isMultiple(of: 49) { #expect(map.update(-1) { $0 += 1 } != nil) }
            #expect((max(0, key - 48)...key).allSatisfy { map[$0] == $0 })
        }
        #expect(map[-1] == 1 + 205)
        #expect(map[0] == nil)
    }

    @Test func `a key is kept once and its newest value counts`() {
        var map = RecentMap<Int, Int>(capacity: 4)
        map.insert(1, for: 1)
        map.insert(2, for: 2)
        map.insert(3, for: 3)
        // Key 1 is in the older generation now.
        map.insert(10, for: 1)
        #expect(map[1] == 10)
        #expect(map.count == 3)
        map.remove(1)
        #expect(map[1] == nil)
        #expect(map.update(1) { $0 += 1 } == nil)
    }

    @Test func `writing over what is there forgets nothing`() {
        var map = RecentMap<Int, Int>(capacity: 4)
        map.insert(1, for: 1)
        map.insert(2, for: 2)
        for value in 0..<10 { map.insert(value, for: 2) }
        #expect(map[1] == 1)
        #expect(map[2] == 9)
    }
}
