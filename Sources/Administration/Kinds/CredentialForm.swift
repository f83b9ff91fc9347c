import CredentialCore
import Hosts

/// Fills in the fields of a credential: with what the options say, then with what a person answers,
/// who is asked again where an answer is wrong.
struct CredentialForm {
    private static let attempts = 3

    let template: KindTemplate
    let input: FieldInput
    /// What `~` stands for in a path that is typed.
    let home: String
    /// The secret that is meant where none is named.
    let main: FieldRule
    /// Said before the name of a secret that replaces another: `new `.
    let prefix: String
    /// What the credential is called.
    let name: String
    /// Whether its provider gave it out, so that nobody invents it.
    var isGivenOut = false
    /// Whether what is not required is asked for too, and explained.
    var isGuided = false
    /// Whether a key pair was made here.
    var hasMadeKey = false
    var changes: FieldChanges
    /// What the answers of the last round were for.
    var asked: [FieldRule] = []

    init(
        _ template: KindTemplate, _ input: FieldInput, named name: String, home: String,
        main: FieldRule, prefix: String = ""
    ) throws(CredentialError) {
        self.template = template
        self.input = input
        self.home = home
        self.main = main
        self.prefix = prefix
        self.name = name
        changes = FieldChanges(template)
        for rule in template.fields {
            if let text = input.texts[rule.name] { try changes.take(text, for: rule) }
        }
    }

    /// Takes the standard values, and asks for the rest.
    ///
    /// - Throws: `badRequest` when something is missing and nobody can be asked.
    mutating func fillTexts(for credential: Credential) throws(CredentialError) {
        for rule in template.fields where !rule.isSecret && isOpen(rule, in: credential) {
            let isNeeded =
                rule.isRequired
                || rule.place == .username && BindingRules.lacksUser(credential)
            if isGuided, isNeeded || rule.isOffered {
                try ask(rule, isNeeded: isNeeded)
            } else if let standard = rule.standard, rule.isRequired {
                try changes.take(standard, for: rule)
            } else if rule.isRequired {
                guard Console.isInteractive else { throw FieldChanges.missing(rule) }
                try ask(rule, isNeeded: true)
            }
        }
    }

    /// The credential with what is known of it so far.
    func withTexts(_ credential: Credential) -> Credential {
        var credential = credential
        changes.applyTexts(to: &credential)
        // A login's user name is in what is still to be read.
        if input.isLogin, credential.username == nil { credential.username = [] }
        return credential
    }

    private func isOpen(_ rule: FieldRule, in credential: Credential) -> Bool {
        changes.texts[rule.name] == nil && rule.value(in: credential) == nil
            && !(input.isLogin && rule.place == .username)
    }

    private mutating func ask(_ rule: FieldRule, isNeeded: Bool) throws(CredentialError) {
        if let hint = rule.hint { Question.tell(hint) }
        let standard = changes.texts[rule.name] ?? rule.standard
        guard rule.choices.isEmpty else {
            let items = rule.choices.map { (name: $0, words: "") }
            let index = try Question.choice(rule.label, items, standard: standard)
            try changes.take(rule.choices[index], for: rule)
            asked.append(rule)
            return
        }
        try Question.untilRight { () throws(CredentialError) in
            let answer = try Question.line(
                isNeeded ? rule.label : "\(rule.label) (optional)", standard: standard)
            guard !answer.isEmpty || !isNeeded else {
                throw CredentialError(
                    .badRequest, "the \(rule.label) is empty", remedy: "it is needed")
            }
            try changes.take(answer, for: rule)
        }
        asked.append(rule)
    }

    /// Applies the changes and checks the result. What is wrong with answers is asked again.
    ///
    /// - Parameter check: what must hold beside the template's own rules.
    func completed(
        _ credential: Credential, _ fields: SecretFields,
        _ check: (inout Credential, SecretFields) throws(CredentialError) -> Void
    ) throws(CredentialError) -> (credential: Credential, fields: SecretFields) {
        var credential = credential
        var fields = fields
        try changes.apply(to: &credential, &fields)
        try check(&credential, fields)
        return (credential, fields)
    }

    /// Like ``completed(_:_:_:)``; what is wrong with answers, or missing, is asked for again.
    mutating func complete(
        _ credential: Credential, _ fields: SecretFields,
        _ check: (inout Credential, SecretFields) throws(CredentialError) -> Void
    ) throws(CredentialError) -> (credential: Credential, fields: SecretFields) {
        var left = Self.attempts
        while true {
            do throws(CredentialError) {
                return try completed(credential, fields, check)
            } catch  where error.code == .codeWanted {
                guard let rule = unlocking, SecretInput.hasTerminal else {
                    throw CredentialError(.badRequest, error.problem, remedy: error.remedy)
                }
                Question.tell(error.problem)
                asked = []
                try askSecret(rule)
            } catch  where left > 1 && !asked.isEmpty && Question.canBeMended(error) {
                left -= 1
                let problem = shapeProblem(of: credential, error)
                // What the error says beside the guide's words is for the command line.
                Console.note(problem?.error.message ?? error.message)
                try askAgain(forSecrets: problem.map { !$0.isOfUser } ?? false)
            }
        }
    }

    /// What a provider's guide says of the answers, if that is what an error is about.
    private func shapeProblem(of credential: Credential, _ error: CredentialError) -> LoginProblem?
    {
        let found = ProviderCheck.problem(with: withTexts(credential), changes.secrets)
        return found?.error.problem == error.problem ? found : nil
    }

    /// The secret that is only sometimes needed, if it was not given.
    private var unlocking: FieldRule? {
        template.fields.first {
            $0.isSecret && !$0.isRequired && changes.secrets[$0.name] == nil
        }
    }

    /// Asks once more for what was asked for; for secrets alone when nothing else can be wrong, for
    /// whoever is told of a token pastes one.
    private mutating func askAgain(forSecrets isOfSecret: Bool) throws(CredentialError) {
        let secrets = asked.filter(\.isSecret)
        let again = isOfSecret && !secrets.isEmpty ? secrets : asked
        asked = asked.filter { rule in !again.contains { $0.name == rule.name } }
        for rule in again {
            if rule.isSecret {
                try askSecret(rule)
            } else {
                try ask(rule, isNeeded: rule.isRequired)
            }
        }
    }
}
