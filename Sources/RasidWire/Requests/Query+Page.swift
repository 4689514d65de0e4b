public import RasidBase

extension Query {
    /// Reads `page`, `pageSize`, `from` and `to` (contract §3).
    ///
    /// A date means the whole UTC day and `to` is part of the list; the request it becomes is half open.
    public mutating func pageRequest() -> PageRequest {
        // The upper bound is what JSON's numbers carry exactly.
        let page = integer("page", in: 1...9_007_199_254_740_991) ?? 1
        let size = integer("pageSize", in: 1...Limits.pageSize) ?? Limits.defaultPageSize
        let from = moment("from")
        let last = moment("to")
        if let from, let last, from.first >= last.end {
            add(FieldFault(.querystring, "from", "must NOT be after to", value: from.text))
        }
        return PageRequest(page: page, size: size, from: from?.first, until: last?.end)
    }

    /// What a date or a date-time covers: a whole day, or one millisecond.
    private struct Moment {
        let first: Timestamp
        let end: Timestamp
        let text: String
    }

    private mutating func moment(_ name: String) -> Moment? {
        guard let text = text(name) else { return nil }
        if let day = CalendarDay(text) {
            return Moment(first: day.start, end: CalendarDay(number: day.number + 1).start, text: text)
        }
        if let time = Timestamp(text) {
            return Moment(first: time, end: time.adding(.milliseconds(1)), text: text)
        }
        add(FieldFault(.querystring, name, "must be an ISO-8601 date or date-time", value: text))
        return nil
    }
}
