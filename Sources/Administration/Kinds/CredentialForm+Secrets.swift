import Configuration
import CredentialCore
import Glibc

/// The secrets: from where the options say, from where they usually are, or from a person.
extension CredentialForm {
    /// Reads the secrets that options give, those that are typed last.
    mutating func readSecrets(generating: Bool) throws(CredentialError) {
        if generating {
            try makeKey(for: main)
        }
        for (rule, source) in input.sources {
            let keepsLines = rule.isLong || template.takesAnyField
            switch source {
            case .file(let path):
                let secret = try FieldSource.read(file: path, home: home)
                try take(secret.withoutAddedLineEnd(isLong: keepsLines), for: rule)
            case .descriptor(let number):
                try take(
                    try SecretInput.read(descriptor: number, isLong: keepsLines), for: rule)
            case .prompt: continue
            }
        }
        for (rule, source) in input.sources {
            if case .prompt = source { try askSecret(rule) }
        }
    }

    /// Takes the secrets that are missing from where they usually are, or asks for them.
    ///
    /// - Throws: `badRequest` when one is missing and nobody can be asked.
    mutating func fillSecrets(in surroundings: Surroundings) throws(CredentialError) {
        for rule in template.fields
        where rule.isSecret && rule.isRequired && changes.secrets[rule.name] == nil {
            let standard = rule.standardFiles(surroundings)
            if let found = standard.first(where: { access($0, F_OK) == 0 }) {
                try take(try FieldSource.read(file: found, home: home), for: rule)
                Console.note("the \(rule.label) is \(found)")
                tellOthers(of: standard, than: found, rule)
            } else if standard.isEmpty || Console.isInteractive {
                try askSecret(rule)
            } else {
                throw CredentialError(
                    .notFound, "there is no \(standard.joined(separator: " and no "))",
                    remedy: otherwise(rule))
            }
        }
        if isGuided, template.takesAnyField, changes.secrets.fields.isEmpty { try askFreeFields() }
    }

    private func tellOthers(of files: [String], than found: String, _ rule: FieldRule) {
        let others = files.filter { $0 != found && access($0, F_OK) == 0 }
        guard !others.isEmpty, let joiner = rule.joiner else { return }
        Console.note(
            "left out: \(others.joined(separator: ", ")); \(joiner) makes one file of all")
    }

    /// Asks for a secret: without echo, or for the path of a file with what is too long to type.
    mutating func askSecret(_ rule: FieldRule) throws(CredentialError) {
        guard rule.isLong ? Console.isInteractive : SecretInput.hasTerminal else {
            throw CredentialError(
                .badRequest, "there is no terminal to ask on", remedy: otherwise(rule))
        }
        if isGuided, let hint = rule.hint { Question.tell(hint) }
        try Question.untilRight { () throws(CredentialError) in
            try rule.isLong ? askPath(rule) : askHidden(rule)
        }
        asked.append(rule)
    }

    private mutating func askPath(_ rule: FieldRule) throws(CredentialError) {
        let mayBeMade = isGuided && template.kind == .sshKey
        let path = try Question.line(
            "\(prefix)\(rule.label) (the path of a file\(mayBeMade ? ", or empty to make one" : ""))"
        )
        if path.isEmpty, mayBeMade {
            try makeKey(for: rule)
            return
        }
        let secret = try FieldSource.read(file: path, home: home)
        try take(secret.withoutAddedLineEnd(isLong: true), for: rule)
    }

    private mutating func makeKey(for rule: FieldRule) throws(CredentialError) {
        try changes.take(SSHKeys.generate(comment: name).privateKey, for: rule)
        hasMadeKey = true
    }

    /// Prints the public half of a key that was made here, which is what a server is given.
    func printMadeKey(of credential: Credential) {
        guard hasMadeKey, let publicKey = credential.setting("publicKey") else { return }
        Console.print(publicKey)
    }

    private mutating func askHidden(_ rule: FieldRule) throws(CredentialError) {
        let isLogin = input.isLogin && rule.name == main.name
        let label = isLogin ? "user:password" : prefix + rule.label
        let secret =
            rule.isInvented && !isLogin && !isGivenOut
            ? try SecretInput.promptTwice(label, otherwise: otherwise(rule))
            : try SecretInput.prompt("\(label): ", otherwise: otherwise(rule))
        try take(secret, for: rule)
    }

    private mutating func askFreeFields() throws(CredentialError) {
        while true {
            var rule: FieldRule?
            try Question.untilRight { () throws(CredentialError) in
                let isFirst = changes.secrets.fields.isEmpty
                let name = try Question.line(isFirst ? "field" : "another field (empty for none)")
                if name.isEmpty, !isFirst { return }
                try SecretFieldName.check(name)
                rule = .free(name)
            }
            guard let rule else { return }
            try Question.untilRight { () throws(CredentialError) in
                let path = try Question.line(
                    "\(rule.name) (the path of a file, or empty to type it)")
                if path.isEmpty {
                    try askHidden(rule)
                } else {
                    let secret = try FieldSource.read(file: path, home: home)
                    try take(secret.withoutAddedLineEnd(isLong: true), for: rule)
                }
            }
        }
    }

    /// Takes secrets away.
    mutating func remove(_ fields: [String]) { changes.removed = fields }

    /// Takes what an access key has besides its secret.
    mutating func take(sessionToken: Secret?) throws(CredentialError) {
        guard let sessionToken, let rule = template.rule(for: "sessionToken") else { return }
        try changes.take(sessionToken, for: rule)
    }

    private mutating func take(_ secret: Secret, for rule: FieldRule) throws(CredentialError) {
        if input.isLogin, rule.name == main.name {
            try changes.take(login: secret, for: rule)
        } else {
            try changes.take(secret, for: rule)
        }
    }

    /// How a secret is given where nobody can be asked.
    private func otherwise(_ rule: FieldRule) -> String {
        let what = "the \(prefix)\(rule.label)"
        guard rule.name == main.name else {
            return "give \(what) with `--field \(rule.name)=@PATH` or `=fd:N`"
        }
        return rule.isLong
            ? "give \(what) with `--file PATH`, or on standard input with `--stdin`"
            : "give \(what) on standard input with `--stdin`, or with `--fd N`"
    }
}
