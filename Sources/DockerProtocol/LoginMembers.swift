import CredentialCore
import SecretJSON

/// The members of a `store` request that count, still escaped and still in the input.
struct LoginMembers {
    private(set) var serverURL: JSONText?
    private(set) var username: JSONText?
    private(set) var secret: JSONText?

    init(in input: UnsafeRawBufferPointer) throws(CredentialError) {
        var reader = JSONReader(
            input, of: "the login on standard input",
            expecting: "a JSON object with the strings ServerURL, Username and Secret")
        var members = Self()
        try reader.readObject { name, reader throws(CredentialError) in
            if name.isName("ServerURL") {
                members.serverURL = try reader.readString()
            } else if name.isName("Username") {
                members.username = try reader.readString()
            } else if name.isName("Secret") {
                members.secret = try reader.readString()
            } else {
                try reader.skipValue()
            }
        }
        try reader.readEnd()
        self = members
    }

    private init() {}
}
