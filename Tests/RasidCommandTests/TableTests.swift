import Testing

@testable import rasid

/// What people read.
@Suite struct TableTests {
    @Test func `words stand to the left and numbers to the right, without spaces at the end`() {
        var table = Table(.words("NAME"), .number("DZD"), .words("STATE"))
        table.add("a", "1326.13", "on")
        table.add("longer", "5", "")
        #expect(
            table.text == """
                NAME        DZD  STATE
                a       1326.13  on
                longer        5
                """)
    }

    @Test func `a table without rows is a sentence`() {
        #expect(Table(.words("NAME")).text(ifEmpty: "There are none.") == "There are none.")
        #expect(Table(.words("NAME")).text.isEmpty)
    }

    @Test func `facts have no titles`() {
        #expect(Table([("name", "Amine"), ("state", "on")]).text == "name   Amine\nstate  on")
    }

    @Test func `what came from outside cannot drive a terminal`() {
        var table = Table(.words("WORDS"))
        table.add("a\u{1b}[2J\nb\u{202e}c\u{2028}d")
        table.add("بوتيك أمين")
        #expect(table.text == "WORDS\na?[2J?b?c?d\nبوتيك أمين")
    }

    @Test func `progress is a bar`() {
        #expect(ProgressLine.line("reading", percent: 0) == "reading [..............................] 0 %")
        #expect(ProgressLine.line("reading", percent: 50) == "reading [###############...............] 50 %")
        #expect(ProgressLine.line("reading", percent: 100) == "reading [##############################] 100 %")
    }
}
