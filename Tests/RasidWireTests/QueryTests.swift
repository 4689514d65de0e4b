import RasidBase
import RasidWire
import Testing

@Suite struct QueryTests {
    @Test func `a query that is not there says nothing`() {
        for text in [nil, ""] as [Substring?] {
            var query = Query(text)
            #expect(query.text("page") == nil)
            #expect(query.pageRequest() == PageRequest())
            #expect(query.problem == nil)
        }
    }

    @Test func `fields are found by their decoded names, and others are ignored`() {
        var query = Query("x=%zz&p%61ge=2&&=3&flag&pageSize=5&x=1")
        #expect(query.text("flag") == "")
        #expect(query.pageRequest() == PageRequest(page: 2, size: 5))
        #expect(query.problem == nil)
    }

    @Test func `a field that is read and given twice is a fault`() {
        var query = Query("page=1&page=1")
        _ = query.pageRequest()
        #expect(query.faults.map(\.message) == ["querystring/page must NOT be given twice"])
    }

    @Test func `a field that is read and encoded badly is a fault`() {
        var query = Query("type=%F")
        #expect(query.serviceType() == nil)
        #expect(query.faults.map(\.message) == ["querystring/type must be percent-encoded UTF-8"])
    }

    @Test(arguments: [
        ("page=0", "querystring/page must be >= 1"), ("page=-1", "querystring/page must be >= 1"),
        ("page=", "querystring/page must be integer"), ("page=1.0", "querystring/page must be integer"),
        ("page=+1", "querystring/page must be integer"), ("page=%D9%A3", "querystring/page must be integer"),
        ("page=99999999999999999999", "querystring/page must be <= 9007199254740991"),
        ("page=-99999999999999999999", "querystring/page must be >= 1"), ("page=-", "querystring/page must be integer"),
        ("page=1e3", "querystring/page must be integer"), ("page=NaN", "querystring/page must be integer"),
        ("pageSize=0", "querystring/pageSize must be >= 1"), ("pageSize=101", "querystring/pageSize must be <= 100"),
        ("from=yesterday", "querystring/from must be an ISO-8601 date or date-time"),
        ("to=2026-02-30", "querystring/to must be an ISO-8601 date or date-time"),
        ("from=2026-02-02&to=2026-02-01", "querystring/from must NOT be after to"),
        ("from=2026-02-02T00:00:00.001Z&to=2026-02-02T00:00:00Z", "querystring/from must NOT be after to"),
    ])
    func `paging out of bounds is a fault`(text: String, message: String) {
        var query = Query(text[...])
        _ = query.pageRequest()
        #expect(query.faults.map(\.message) == [message])
        #expect(query.faults.first?.value != nil)
    }

    @Test func `all faults are told at once, in the order they were read`() {
        var query = Query("page=0&pageSize=x&from=y&to=z")
        _ = query.pageRequest()
        #expect(query.faults.map(\.field) == ["page", "pageSize", "from", "to"])
    }

    @Test func `a date is its whole UTC day, and to is part of the list`() {
        var query = Query("from=2026-01-31&to=2026-01-31")
        let page = query.pageRequest()
        #expect(page.from == Timestamp("2026-01-31T00:00:00Z"))
        #expect(page.until == Timestamp("2026-02-01T00:00:00Z"))
        #expect(query.problem == nil)
    }

    @Test(arguments: ["2026-01-31T10:00:00.000+01:00", "2026-01-31T10:00:00.000%2B01:00", "2026-01-31T09:00:00Z"])
    func `a date-time may have an offset whose plus has become a space`(text: String) {
        var query = Query("from=\(text)&to=\(text)")
        let page = query.pageRequest()
        #expect(page.from == Timestamp("2026-01-31T09:00:00Z"))
        #expect(page.until == Timestamp("2026-01-31T09:00:00.001Z"))
        #expect(query.problem == nil)
    }

    @Test func `a required field that is missing is named in Fastify's words`() {
        var query = Query("number=1")
        #expect(query.serviceType() == nil)
        #expect(query.required("number") == "1")
        #expect(query.faults.map(\.message) == ["querystring must have required property 'type'"])
    }

    @Test(arguments: ["adsl", "4g", "", "FTTH", "4G "])
    func `an unknown type is not one of the allowed values`(text: String) {
        var query = Query("type=\(Percent.encodedSegment(text))"[...])
        #expect(query.serviceType() == nil)
        #expect(query.faults == [.notAllowed(.querystring, "type", value: text)])
    }
}
