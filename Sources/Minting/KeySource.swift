import Configuration
import CredentialCore
import Glibc
import Keyring
import Launch
import SealedFile
import SecretService
import Tokens
import Transport

/// Where the AWS credentials for an order come from, and how AWS is called with them.
struct KeySource {
    /// Calls AWS.
    let caller: AWSCaller
    private let find: () throws(CredentialError) -> AWSCredentials

    /// The credentials to sign with.
    ///
    /// - Throws: `absent` when none are configured, and why those that are cannot be had.
    func credentials() throws(CredentialError) -> AWSCredentials { try find() }

    /// A source for a request's order.
    ///
    /// - Parameter files: remembers which files the answer depends on.
    /// - Throws: `configuration` when AWS' own files cannot be followed; `locked`, `notFound` and
    ///   what else reading a stored key throws.
    init(
        _ request: MintRequest, _ mint: Mint, _ files: WitnessedFiles, beside file: SealedFile?
    ) throws(CredentialError) {
        let preferences = mint.configuration.aws
        let region = request.order.registry.region
        let http = CurlClient()
        let variables = request.order.variables
        let surroundings = AWSSurroundings(
            variable: { variable in
                guard variables.contains(variable),
                    let value = mint.surroundings.variable(variable.rawValue), !value.isEmpty
                else { return nil }
                return value
            },
            home: mint.surroundings.home, stateFolder: mint.surroundings.stateFolder,
            files: files, http: http,
            deadline: Deadline(milliseconds: request.milliseconds), now: Mint.now,
            runsProcesses: preferences.runsProcesses, metadata: preferences.metadata,
            mfaCode: request.mfaCode)
        switch request.order.source {
        case .ambient(let profile):
            let configuration = try AWSConfiguration(surroundings)
            http.caBundle = configuration.caBundle(profile: profile)
            caller = AWSCaller(
                surroundings, try configuration.endpointSettings(profile: profile))
            find = { () throws(CredentialError) in
                try CredentialChain(surroundings, configuration, profile: profile, region: region)
                    .credentials()
            }
        case .credential(let id, let name, _, _), .machine(let id, let name, _):
            let configuration = AWSConfiguration(environmentOf: surroundings)
            http.caBundle = configuration.caBundle(profile: nil)
            let caller = AWSCaller(
                surroundings, try configuration.endpointSettings(profile: nil))
            self.caller = caller
            var isMachines = false
            if case .machine = request.order.source { isMachines = true }
            find = { [isMachines] () throws(CredentialError) in
                let holder = isMachines ? try SealedFile.open(.machine) : file
                let key = try StoredKey.read(id, name, mint, in: holder)
                return try key.credentials(by: caller, region: region)
            }
        }
    }
}

/// An access key that is stored in Keyfob.
private enum StoredKey {
    static func read(
        _ id: CredentialID, _ name: String, _ mint: Mint, in file: SealedFile?
    ) throws(CredentialError) -> AccessKey {
        guard let file, let credential = try file.credentials().first(where: { $0.id == id }) else {
            throw CredentialError(
                .notFound, "the access key \(name) is gone", remedy: "try again")
        }
        let fields = try fields(of: credential, in: file, mint)
        guard let secret = fields["secretAccessKey"], let keyID = credential.username else {
            throw CredentialError(
                .damaged, "\(name) holds no access key",
                remedy: "set it anew with `keyfob edit \(name)`")
        }
        let setting = { (setting: AccessKeySetting) in
            credential.settings.first { $0.name == setting.rawValue }?.value
        }
        let keyText = String(decoding: keyID, as: UTF8.self)
        return AccessKey(
            credentials: AWSCredentials(
                accessKeyID: keyText, secretAccessKey: secret, sessionToken: fields["sessionToken"],
                expiresAt: credential.expiresAt, endsByAWSClock: true,
                identity: "access key \(keyText) (\(name))"),
            roleARN: setting(.roleARN), externalID: setting(.externalID),
            mfaSerial: setting(.mfaSerial), region: setting(.region),
            sessionName: setting(.sessionName))
    }

    private static func fields(
        of credential: Credential, in file: SealedFile, _ mint: Mint
    ) throws(CredentialError) -> SecretFields {
        guard credential.store != .file else { return try file.fields(of: credential) }
        let bus = SessionBus(
            named: mint.surroundings.variable("DBUS_SESSION_BUS_ADDRESS"),
            runtimeFolder: mint.surroundings.variable("XDG_RUNTIME_DIR"))
        return try KeyringStore(bus: bus).fields(of: SecretReference(credential))
    }
}
