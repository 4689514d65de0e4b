import RasidBase
import Testing

struct FieldFaultTests {
    @Test func `a fault is worded as Fastify words it`() {
        #expect(
            FieldFault.notAllowed(.body, "type", value: "5G").message
                == "body/type must be equal to one of the allowed values")
        #expect(
            FieldFault.notAllowed(.querystring, "type", value: nil).message
                == "querystring/type must be equal to one of the allowed values")
        #expect(FieldFault.missing(.body, "number").message == "body must have required property 'number'")
        #expect(FieldFault.missing(.querystring, "type").message == "querystring must have required property 'type'")
        #expect(FieldFault(.body, "number", "must be string").message == "body/number must be string")
        #expect(FieldFault(.body, "", "must be object").message == "body must be object")
        #expect(FieldFault(.headers, "Idempotency-Key", "is too long").message == "headers/Idempotency-Key is too long")
    }

    @Test func `an echoed value is cut to 100 characters`() {
        let fault = FieldFault(.body, "ref", "is too long", value: String(repeating: "é", count: 101))
        #expect(fault.value?.count == 100)
        #expect(FieldFault(.body, "ref", "is too long").value == nil)
    }
}
