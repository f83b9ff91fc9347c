import CredentialCore
import GitProtocol
import Testing

@Suite struct GitNumberTests {
    @Test(arguments: [
        ("1", 1), ("0001", 1), ("1800000000", 1_800_000_000), ("9999999999", 9_999_999_999),
        ("9223372036854775807", Int64.max),
    ])
    func `an expiry is a number of seconds`(text: String, seconds: Int64) throws {
        #expect(try request("password_expiry_utc=\(text)\n").passwordExpiry == seconds)
    }

    @Test(arguments: [
        "", "0", "00", "-1", "+1", " 1", "1 ", "1.5", "0x10", "12abc", "never", "१",
        "9223372036854775808", "99999999999999999999999999",
    ])
    func `what is no such number is no expiry`(text: String) throws {
        #expect(try request("password_expiry_utc=\(text)\n").passwordExpiry == nil)
        let replaced = "password_expiry_utc=1\npassword_expiry_utc=\(text)\n"
        #expect(try request(replaced).passwordExpiry == nil)
    }

    @Test(arguments: ["ephemeral", "continue", "quit"])
    func `truth has every form of git's configuration`(key: String) throws {
        let value = { (request: GitRequest) in
            ["ephemeral": request.ephemeral, "continue": request.continues, "quit": request.quit]
        }
        for form in ["true", "TRUE", "True", "yes", "on", "oN", "1", "01", "2", "-1", "2147483647"]
        {
            #expect(value(try request("\(key)=\(form)\n"))[key] == true, "\(form)")
        }
        for form in ["false", "FALSE", "no", "off", "oFf", "0", "00", "-0", ""] {
            let request = try request("\(key)=1\n\(key)=\(form)\n")
            #expect(value(request)[key] == false, "\(form)")
        }
    }

    @Test(arguments: ["ephemeral", "continue", "quit"])
    func `what is neither true nor false is refused`(key: String) {
        let forms = [
            "maybe", "t", "y", "tru", "truee", " true", "true ", "-", "--1", "+", "1x",
            "2147483648",
            "99999999999999999999", "\u{14}\u{12}ue", "\u{FF}",
        ]
        for form in forms {
            let error = refusal(of: try request("\(key)=\(form)\n"))
            #expect(error?.code == .badRequest, "\(form)")
            #expect(error?.message == "the request's \(key) is neither true nor false", "\(form)")
        }
    }
}
