import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §3 and §4: `page`, `pageSize`, `from` and `to`, which statement and list read alike.
    @Suite struct PagingTests {
        static let paths = ["/v3/account/transactions", "/v3/internet/list"]

        /// Seven orders, and with the opening deposit seven movements after it.
        private func busyCaller() async throws -> Caller {
            let caller = try await shop.openReseller().sandbox
            for index in 0..<7 { _ = try await caller.place(value: "500", ref: "order-\(index)") }
            return caller
        }

        @Test(arguments: paths)
        func `pages follow one another and end`(path: String) async throws {
            let caller = try await busyCaller()
            let total = path.contains("list") ? 7 : 8
            let whole = try await caller.get(path)
            #expect(whole.data["items"].items.count == total)
            #expect(
                whole.data["pagination"]
                    == .object([
                        "page": 1, "pageSize": 20, "totalPages": 1, "totalResults": JSON(integerLiteral: total),
                    ]))
            var seen: [JSON] = []
            // Orders move on between two looks, so that only their ids stay the same.
            for page in 1...4 {
                let answer = try await caller.get("\(path)?page=\(page)&pageSize=3")
                expectPage(answer, page: page, total: total)
                seen += answer.data["items"].items.map { $0["_id"] }
                #expect(answer.data["items"].items.count == max(0, min(3, total - 3 * (page - 1))))
            }
            #expect(seen == whole.data["items"].items.map { $0["_id"] })
            for size in [7, 8, 100] {
                let pages = try await caller.get("\(path)?pageSize=\(size)").data["pagination"]["totalPages"].int
                #expect(pages == (total + size - 1) / size)
            }
        }

        private func expectPage(_ answer: RawAnswer, page: Int, total: Int) {
            let pagination = answer.data["pagination"]
            #expect(pagination["page"].int == page && pagination["pageSize"] == 3)
            #expect(pagination["totalPages"] == 3)
            #expect(pagination["totalResults"].int == total)
        }

        @Test func `an empty list has no pages`() async throws {
            let answer = try await shop.openReseller(production: .zero).production.get(Self.paths[0])
            #expect(answer.data["items"] == .array([]))
            #expect(
                answer.data["pagination"]
                    == .object(["page": 1, "pageSize": 20, "totalPages": 0, "totalResults": 0]))
        }

        @Test(arguments: paths)
        func `a page past the end is empty, however far`(path: String) async throws {
            let caller = try await shop.openReseller().sandbox
            for page in ["2", "1000000", "2147483648", "9007199254740991"] {
                let answer = try await caller.get("\(path)?page=\(page)&pageSize=100")
                expectSuccess(answer)
                #expect(answer.data["items"] == .array([]))
            }
        }

        @Test(arguments: paths)
        func `a page that is none is refused`(path: String) async throws {
            let caller = try await shop.openReseller().sandbox
            for text in [
                "0", "-1", "1.5", "abc", "", "1e3", "0x1", "+1", "%201", "99999999999999999999999999",
                encoded("١"),
            ] {
                let page = try await caller.get("\(path)?page=\(text)")
                expectFaults(page, ["page"])
                #expect(page.error["message"].string?.hasPrefix("querystring/page ") == true)
            }
            for text in ["0", "101", "-5", "1000000000000000000000", "ten"] {
                expectFaults(try await caller.get("\(path)?pageSize=\(text)"), ["pageSize"])
            }
            expectFaults(
                try await caller.get("\(path)?page=0&pageSize=0&from=x&to=y"), ["page", "pageSize", "from", "to"])
            #expect(try await caller.get("\(path)?page=1&pageSize=100").status == 200)
            #expect(try await caller.get("\(path)?page=1&pageSize=1").status == 200)
        }

        @Test(arguments: paths)
        func `a range is made of whole days or of moments, either end alone or both`(path: String) async throws {
            let caller = try await busyCaller()
            let newest = try await caller.get(path).data["items"][0]
            let time = try moment(newest["time"] == .missing ? newest["created_at"] : newest["time"])
            let total = path.contains("list") ? 7 : 8
            func count(_ query: String) async throws -> Int? {
                let answer = try await caller.get("\(path)?\(query)")
                expectSuccess(answer)
                return answer.data["pagination"]["totalResults"].int
            }
            let today = "\(time.day)"
            let yesterday = "\(CalendarDay(number: time.day.number - 1))"
            let tomorrow = "\(CalendarDay(number: time.day.number + 1))"
            for query in ["from=\(yesterday)", "to=\(tomorrow)", "from=\(yesterday)&to=\(tomorrow)"] {
                #expect(try await count(query) == total, "\(query)")
            }
            #expect(try await count("to=\(yesterday)T00:00:00Z") == 0)
            #expect(try await count("from=\(tomorrow)T23:59:59.999Z") == 0)
            // A shop that opened before midnight has lines of two days.
            if try moment(JSON.string("\(today)T00:00:00.000Z")) < time.adding(.seconds(-60)) {
                #expect(try await count("from=\(today)&to=\(today)") == total)
                #expect(try await count("to=\(yesterday)") == 0)
                #expect(try await count("from=\(tomorrow)") == 0)
            }
            let after = time.adding(.milliseconds(1))
            #expect(try await count("from=\(after)") == 0)
            #expect(try await count("to=\(time)") == total)
            #expect(try await count("from=\(time)&to=\(time)") ?? 0 >= 1)
        }

        /// One moment in every form that ISO-8601 has for it and a client may send.
        private func forms(of time: Timestamp) -> [String] {
            func shifted(_ minutes: Int) -> String { "\(time.adding(.seconds(60 * minutes)))".dropLast(1).description }
            let local = "\(time)".dropLast(1)
            return [
                "\(time)", "\(local)", "\(shifted(60))+01:00", "\(shifted(60))%2B01:00", "\(shifted(60))%2001:00",
                "\(shifted(60))%2b01:00",
                "\(shifted(-330))-05:30", "\(shifted(0))+00:00", "\(time)".replacing(":", with: "%3A"),
            ]
        }

        @Test(arguments: paths)
        func `a moment may be written with any offset, its plus escaped or not`(path: String) async throws {
            let caller = try await shop.openReseller().sandbox
            _ = try await caller.place()
            let newest = try await caller.get(path).data["items"][0]
            let time = try moment(newest["time"] == .missing ? newest["created_at"] : newest["time"])
            for form in forms(of: time) {
                let both = try await caller.get("\(path)?from=\(form)&to=\(form)")
                let ids = both.data["items"].items.map { $0["_id"] }
                #expect(ids.contains(newest["_id"]), "\(form): \(both.body)")
            }
            for form in forms(of: time.adding(.milliseconds(1))) {
                let later = try await caller.get("\(path)?from=\(form)")
                #expect(later.data["pagination"]["totalResults"] == 0, "\(form)")
            }
        }

        @Test(arguments: paths)
        func `a range that is none is refused`(path: String) async throws {
            let caller = try await shop.openReseller().sandbox
            for text in [
                "yesterday", "2026-13-01", "2026-02-30", "2026-1-1", "1768471200000", "2026-01-01T25:00:00Z", "",
                "2026-01-01T10:61Z", "01/02/2026", "2026-01-01T10:00:00+99:00", "2026-01-01Z", encoded("٢٠٢٦-٠١-٠١"),
                "2026",
            ] {
                expectFaults(try await caller.get("\(path)?from=\(text)"), ["from"])
                expectFaults(try await caller.get("\(path)?to=\(text)"), ["to"])
            }
            for range in [
                "from=2026-01-02&to=2026-01-01", "from=2026-01-01T10:00:00.001Z&to=2026-01-01T10:00:00.000Z",
                "from=2026-01-02&to=2026-01-01T23:59:59Z", "from=2026-01-01T00:00:00-02:00&to=2026-01-01T01:00:00Z",
            ] {
                expectFaults(try await caller.get("\(path)?\(range)"), ["from"])
            }
            for range in [
                "from=2026-01-01&to=2026-01-01", "from=2026-01-01T10:00:00Z&to=2026-01-01T10:00:00Z",
                "from=2026-01-01T23:00:00Z&to=2026-01-01",
            ] {
                #expect(try await caller.get("\(path)?\(range)").status == 200, "\(range)")
            }
        }
    }
}
