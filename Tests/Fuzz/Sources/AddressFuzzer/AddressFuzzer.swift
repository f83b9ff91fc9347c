import CredentialCore
import Fuzzing

/// Everything that reads an address, a pattern, a binding, a scope or a name. Lines of an input
/// are read on their own, then compared with each other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let lines = input(start, count)
        .split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
    for line in lines {
        checkRegistryAddress(line)
        checkGitAddress(line)
        for wireProtocol in WireProtocol.allCases { checkPattern(line, wireProtocol) }
        checkBinding(line)
        checkPrintable(line)
    }
    if lines.count > 2 { checkGitFields(lines[0], lines[1], lines[2]) }
    checkScopes(lines.compactMap { try? Scope($0) })
    return 0
}

private func checkRegistryAddress(_ bytes: [UInt8]) {
    guard let address = try? Address(registry: bytes) else { return }
    checkParts(of: address)
    let again = lawful("an address reads as itself", try Address(registry: address.bytes))
    law("a registry address is canonical", again == address)
    let listed = lawful("a listed key is an address", try Address(registry: address.registryKey))
    law("docker finds what it is shown", listed == address)
    let shouted = bytes.map { 0x61...0x7A ~= $0 ? $0 & 0xDF : $0 }
    if address.path.isEmpty, !bytes.contains(UInt8(ascii: "%")), !bytes.contains(0x2F) {
        law("case makes no other host", (try Address(registry: shouted)) == address)
        law(
            "https is the scheme",
            (try Address(registry: Array("https://".utf8) + bytes)) == address)
        law("a slash makes no other place", (try Address(registry: bytes + [0x2F])) == address)
    }
}

private func checkGitAddress(_ bytes: [UInt8]) {
    guard let address = try? Address(git: bytes) else { return }
    checkParts(of: address)
    let again = lawful("an address reads as itself", try Address(git: address.bytes))
    law("a git address is canonical", again == address)
    checkFields(of: address)
}

private func checkGitFields(_ scheme: [UInt8], _ host: [UInt8], _ path: [UInt8]) {
    guard let address = try? Address(gitProtocol: scheme, host: host, path: path) else { return }
    checkParts(of: address)
    checkFields(of: address)
}

/// git hands back what it was given.
private func checkFields(of address: Address) {
    let again = lawful(
        "an address reads from its own fields",
        try Address(
            gitProtocol: address.scheme, host: address.authority, path: address.path))
    law("fields are canonical", again == address)
}

/// What no address holds, however it was written.
private func checkParts(of address: Address) {
    let wrong = Array(" /\\@?#%\"<>".utf8)
    law(
        "a host has nothing but a host in it",
        address.host.allSatisfy { $0 > 0x20 && $0 != 0x7F && !wrong.contains($0) })
    law("a host is in lower case", !address.host.contains { 0x41...0x5A ~= $0 })
    law("a host has no trailing dot", address.host.last != UInt8(ascii: "."))
    law("a path has no control byte", address.path.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    guard !address.path.isEmpty else { return }
    for segment in address.path.split(separator: 0x2F, omittingEmptySubsequences: false) {
        law(
            "a path goes nowhere but down",
            !segment.isEmpty && !segment.elementsEqual(".".utf8)
                && !segment.elementsEqual("..".utf8))
    }
}

private func checkPattern(_ bytes: [UInt8], _ wireProtocol: WireProtocol) {
    guard let pattern = try? AddressPattern(bytes, for: wireProtocol) else { return }
    let host = pattern.address.host
    let again = lawful(
        "a pattern reads as itself", try AddressPattern(pattern.address.bytes, for: wireProtocol))
    law("a pattern is canonical", again == pattern)
    law("a pattern matches its own host", pattern.matches(host: host))
    law("a suffix makes another host", !pattern.matches(host: host + Array(".evil.example".utf8)))
    law("a prefix makes another host", !pattern.matches(host: Array("evil.".utf8) + host))
    law("no host is nobody", !pattern.matches(host: []))
    guard pattern.isWildcard else {
        law("a literal pattern is one host", !pattern.matches(host: host + [0x61]))
        return
    }
    let labels = host.split(separator: 0x2E)
    law("an owner is named", labels.suffix(2).allSatisfy { !$0.elementsEqual("*".utf8) })
}

private func checkBinding(_ bytes: [UInt8]) {
    guard let binding = try? Binding(parsing: bytes) else { return }
    let written = Array("\(binding.wireProtocol.name):".utf8) + binding.pattern.address.bytes
    let again = lawful("a binding reads as itself", try Binding(parsing: written))
    law("a binding is canonical", again == binding)
    let name = CredentialName.suggested(for: binding.pattern.address, username: bytes) { _ in false
    }
    law("a suggested name is a name", try CredentialName.check(name) == ())
}

private func checkPrintable(_ bytes: [UInt8]) {
    let text = Printable.text(bytes)
    law("printed text moves no cursor", text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    law("printed text stays as it is", Printable.text(text).utf8.elementsEqual(text.utf8))
}

/// Enclosing is an order.
private func checkScopes(_ scopes: [Scope]) {
    for scope in scopes {
        law("a scope reads as itself", try Scope(scope.text.utf8) == scope)
        law("a scope encloses itself, and none encloses it", scope.encloses(scope))
        law("no scope encloses every scope", Scope.none.encloses(scope))
    }
    for outer in scopes {
        for inner in scopes where outer.encloses(inner) {
            law("what encloses lies higher", outer == inner || outer.depth < inner.depth)
            for innermost in scopes where inner.encloses(innermost) {
                law("enclosing carries through", outer.encloses(innermost))
            }
        }
    }
}
