import RasidBase
import Testing

struct CalendarDayTests {
    @Test func `every day of four centuries goes to its date and back, one after the other`() throws {
        var number = try #require(CalendarDay(year: 1800, month: 1, day: 1)).number
        let last = try #require(CalendarDay(year: 2200, month: 1, day: 1)).number
        #expect(last - number == 146_097)
        var previous: (year: Int64, month: Int64, day: Int64) = (1799, 12, 31)
        while number < last {
            let date = CalendarDay(number: number).civil
            guard CalendarDay(year: date.year, month: date.month, day: date.day)?.number == number else {
                Issue.record("\(date) does not come back to \(number)")
                return
            }
            guard date > previous else {
                Issue.record("\(date) does not follow \(previous)")
                return
            }
            previous = date
            number += 1
        }
    }

    @Test(arguments: ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01", "9999-12-31", "1970-01-01"])
    func `a day is read and printed`(text: String) {
        #expect(CalendarDay(text)?.description == text)
    }

    @Test(arguments: [
        "2023-02-29", "1900-02-29", "2100-02-29", "2026-02-30", "2026-04-31", "2026-00-10", "2026-13-01", "2026-01-00",
        "2026-01-32", "0000-01-01", "2026-1-1", "2026-01-31T", "20260131", "-026-01-01", "",
    ])
    func `a day that the calendar does not have is refused`(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test func `a moment belongs to the day that it is in, before 1970 too`() {
        #expect(Timestamp(milliseconds: -1).day.number == -1)
        #expect(Timestamp(milliseconds: 86_399_999).day.number == 0)
        #expect(CalendarDay(number: 2).start.milliseconds == 172_800_000)
    }
}
