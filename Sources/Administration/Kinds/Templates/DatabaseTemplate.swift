import CredentialCore

extension KindTemplate {
    /// A database login.
    static let database = KindTemplate(
        name: "database", kind: .password, summary: "a database login",
        fields: [
            FieldRule(
                name: "engine", label: "engine", place: .setting,
                choices: DatabaseEngine.allCases.map(\.rawValue),
                check: FieldCheck.oneOf(DatabaseEngine.allCases.map(\.rawValue))),
            FieldRule(
                name: "host", label: "host", place: .setting, standard: "localhost",
                check: FieldCheck.host),
            FieldRule(
                name: "port", label: "port", place: .setting, isRequired: false,
                hint: "The engine's usual one when it is left out, such as 5432.",
                check: FieldCheck.port),
            FieldRule(
                name: "database", label: "database", place: .setting, isRequired: false,
                hint: "The database's name, if the login is for one.", check: FieldCheck.oneLine),
            FieldRule(
                name: "username", label: "user name", place: .username, isRequired: false,
                hint: "Redis logins without one are of the user `default`."),
            FieldRule(
                name: "password", label: "password", place: .secret, isInvented: true,
                checkSecret: FieldCheck.oneSecretLine),
        ],
        guide: ["Make a role of its own for each program, with the rights on its tables alone."],
        finish: { (credential, _) throws(CredentialError) in
            guard let engine = credential.setting("engine").flatMap(DatabaseEngine.init) else {
                return
            }
            if credential.setting("port") == nil {
                guard let port = engine.port else {
                    throw CredentialError(
                        .badRequest, "this engine has no usual port",
                        remedy: "add `--field port=NUMBER`")
                }
                credential.set("port", to: "\(port)")
            }
            if credential.username == nil {
                guard engine == .redis else {
                    throw CredentialError(
                        .badRequest, "a database login needs a user name",
                        remedy: "add `--username NAME`")
                }
                // https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
                credential.username = Array("default".utf8)
            }
        })
}

/// What a database login is for.
enum DatabaseEngine: String, CaseIterable {
    case postgresql
    case mysql
    case mariadb
    case mongodb
    case redis
    case sqlserver
    case other

    /// The port the engine listens on unless it is told otherwise.
    var port: Int? {
        switch self {
        case .postgresql: 5432
        case .mysql, .mariadb: 3306
        case .mongodb: 27017
        case .redis: 6379
        case .sqlserver: 1433
        case .other: nil
        }
    }
}
