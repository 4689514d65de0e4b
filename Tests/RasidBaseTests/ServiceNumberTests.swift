import RasidBase
import Testing

struct ServiceNumberTests {
    @Test(arguments: ["036362608", "031417237", "021123456", "000000001"])
    func `the contract's ADSL examples are numbers`(text: String) throws {
        let number = try ServiceNumber(text, for: .adsl)
        #expect(number.text == text)
        #expect(number.type == .adsl)
    }

    @Test(arguments: ["213472731602", "213665983439"])
    func `the contract's 4G examples are numbers`(text: String) throws {
        #expect(try ServiceNumber(text, for: .fourG).text == text)
    }

    @Test(arguments: [
        ("36362608", "the leading 0 is missing"),
        ("+21336362608", "+213, send the national form"),
        ("21336362608", "international form 213…"),
        ("0021336362608", "leave the 00 away"),
        ("0665983439", "a mobile number"),
        ("036 36 26 08", "without spaces, dots or dashes"),
        ("036.36.26.08", "without spaces, dots or dashes"),
    ])
    func `a wrong ADSL form is named for what it is`(text: String, hint: String) {
        expectReason(text, .adsl, rule: "ADSL numbers have 9 digits and start with 0", hint: hint)
    }

    @Test(arguments: [
        ("+213665983439", "international form with a plus"),
        ("00213665983439", "leave the 00 away"),
        ("0472731602", "a 4G line in the national form (047…)"),
        ("047273160", "a 4G line in the national form (047…)"),
        ("0665983439", "a mobile number"),
        ("036362608", "looks like an ADSL number"),
        ("213-472-731-602", "without spaces, dots or dashes"),
    ])
    func `a wrong 4G form is named for what it is`(text: String, hint: String) {
        expectReason(text, .fourG, rule: "4G numbers have 12 digits and start with 213", hint: hint)
    }

    @Test(arguments: ["", "0", "03636260", "0363626080", "036362608\n", "٠٣٦٣٦٢٦٠٨", "036362608\u{0301}"])
    func `any other ADSL form is refused with the rule`(text: String) {
        expectReason(text, .adsl, rule: "ADSL numbers have 9 digits and start with 0", hint: "")
    }

    @Test(arguments: ["", "21347273160", "2134727316020", "214472731602"])
    func `any other 4G form is refused with the rule`(text: String) {
        expectReason(text, .fourG, rule: "4G numbers have 12 digits and start with 213", hint: "")
    }

    private func expectReason(_ text: String, _ type: ServiceType, rule: String, hint: String) {
        let problem = #expect(throws: Problem.self) { try ServiceNumber(text, for: type) }
        guard case .phone(let number, type, let reason) = problem else {
            Issue.record("not a phone problem: \(String(describing: problem))")
            return
        }
        #expect(number == text)
        #expect(reason.hasPrefix("Number does not match required format: \(rule)"))
        #expect(hint.isEmpty || reason.contains(hint))
    }
}
