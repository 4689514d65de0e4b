import RasidBase

/// The envelope of a failure. What has none, such as a proxy's page, does not decode as one.
struct FailureWire: Decodable {
    struct Body: Decodable {
        let code: String
        let message: String?
        let details: Details?

        private enum Name: String, CodingKey {
            case code, message, details
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Name.self)
            code = try members.requiredText(.code)
            message = members.text(.message)
            details = members.object(Details.self, .details)
        }
    }

    /// What the contract's last column names, each where it is there.
    struct Details: Decodable {
        let attemptsLeft: Int?
        let retryAfter: Int?
        let required: Money?
        let available: Money?
        let topupID: String?
        let status: String?
        let outcome: String?
        let field: String?
        let errors: [Fault]

        private enum Name: String, CodingKey {
            case attemptsLeft, retryAfter, required, available, status, outcome, field, errors
            case topupID = "topupId"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Name.self)
            attemptsLeft = members.integer(.attemptsLeft)
            retryAfter = members.integer(.retryAfter)
            required = members.money(.required)
            available = members.money(.available)
            topupID = members.text(.topupID)
            status = members.text(.status)
            outcome = members.text(.outcome)
            field = members.text(.field)
            errors = members.object([Fault].self, .errors) ?? []
        }
    }

    /// The value that was sent stays unread: it may be a number.
    struct Fault: Decodable {
        let field: String
        let message: String?
    }

    let error: Body
    let requestID: String?

    private enum Name: String, CodingKey {
        case error
        case requestID = "requestId"
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        error = try members.decode(Body.self, forKey: .error)
        requestID = members.text(.requestID)
    }
}
