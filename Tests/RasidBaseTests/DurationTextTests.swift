import RasidBase
import Testing

struct DurationTextTests {
    @Test(
        arguments: [
            ("200ms", .milliseconds(200)), ("3s", .seconds(3)), ("15min", .seconds(900)), ("12h", .seconds(43_200)),
            ("0s", .zero), ("48h", .seconds(172_800)), ("172800000ms", .seconds(172_800)), ("007s", .seconds(7)),
        ] as [(String, Duration)])
    func `a whole number with a unit is read`(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "3", "s", "ms", "min", "3 s", "-3s", "+3s", "1.5s", "3S", "3m", "3sec", "49h", "172800001ms",
        "99999999999999999999s", "٣s",
    ])
    func `anything else is refused, and so is more than 48 hours`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        arguments: [
            (.zero, "0s"), (.milliseconds(200), "200ms"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"),
            (.seconds(900), "15min"), (.seconds(7200), "2h"),
        ] as [(Duration, String)])
    func `a duration is printed in its largest exact unit and read back`(duration: Duration, text: String) {
        #expect(DurationText.print(duration) == text)
        #expect(DurationText.parse(text) == duration)
    }
}
