import CredentialCore

/// Changes one member and leaves every other byte as it is: order, spaces, members nobody knows.
extension JSONDocument {
    /// The text with the member set to `value`, a JSON text. Objects on the way to it are made.
    func setting(_ path: [String], to value: String) -> Secret {
        if let member = member(at: path) {
            return replacing(member.value.range, with: value)
        }
        var depth = path.count - 1
        while depth > 0, member(at: Array(path.prefix(depth))) == nil { depth -= 1 }
        let container = depth == 0 ? root : member(at: Array(path.prefix(depth)))?.value ?? root
        let style = style(of: container)
        let inner = Self.nested(path.dropFirst(depth + 1), value, style)
        guard let members = container.members else {
            // `null`, which Go takes for an empty object.
            let text = Self.nested(path.dropFirst(depth), value, style)
            return replacing(container.range, with: text)
        }
        let member = "\(Self.quoted(path[depth]))\(style.gap)\(inner)"
        guard let last = members.last else {
            let start = container.range.lowerBound + 1
            return replacing(start..<start, with: style.lead + member)
        }
        let end = last.value.range.upperBound
        return replacing(end..<end, with: ",\(style.lead)\(member)")
    }

    /// The text without the member. What ``setting(_:to:)`` inserted, this takes away to the byte.
    func removing(_ path: [String]) -> Secret {
        let container = path.count == 1 ? root : member(at: path.dropLast())?.value
        guard let name = path.last, let container, let members = container.members,
            let index = Self.index(of: name, in: members, depth: path.count)
        else { return bytes }
        let end = members[index].value.range.upperBound
        if index > 0 {
            return replacing(members[index - 1].value.range.upperBound..<end, with: "")
        }
        if members.count > 1 {
            let next = members[1].nameRange.lowerBound
            return replacing(members[0].nameRange.lowerBound..<next, with: "")
        }
        return replacing((container.range.lowerBound + 1)..<end, with: "")
    }

    /// How an object's members are set apart.
    private struct Style {
        /// Between a comma and a name.
        var lead: String
        /// Between a name and its value.
        var gap = ": "

        /// The lead one level further in.
        var innerLead: String {
            // On bytes: to a Character, CRLF is one.
            guard let newline = lead.utf8.lastIndex(of: UInt8(ascii: "\n")) else { return "" }
            return lead + lead[lead.utf8.index(after: newline)...]
        }
    }

    private func style(of container: JSONNode) -> Style {
        let open = container.range.lowerBound + 1
        guard let members = container.members else { return Style(lead: "") }
        guard let last = members.last else {
            // The spaces before the closing brace stay where they are, so that it keeps its line.
            let space = text(open..<(container.range.upperBound - 1))
            guard let newline = space.utf8.lastIndex(of: UInt8(ascii: "\n")) else {
                return Style(lead: "")
            }
            return Style(lead: space[newline...] + "\t")
        }
        var start = last.nameRange.lowerBound
        bytes.withBytes { bytes in
            while start > open, bytes[start - 1] != UInt8(ascii: ",") { start -= 1 }
        }
        return Style(
            lead: text(start..<last.nameRange.lowerBound),
            gap: text(last.nameRange.upperBound..<last.value.range.lowerBound))
    }

    /// `value` inside an object for every part of the path.
    private static func nested(
        _ path: ArraySlice<String>, _ value: String, _ style: Style
    ) -> String {
        guard let name = path.first else { return value }
        let inner = Style(lead: style.innerLead, gap: style.gap)
        let member = "\(quoted(name))\(style.gap)\(nested(path.dropFirst(), value, inner))"
        return "{\(inner.lead)\(member)\(inner.lead.isEmpty ? "" : style.lead)}"
    }

    /// A name as JSON; ours hold nothing but what a host may hold, and are escaped all the same.
    static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private func replacing(_ range: Range<Int>, with text: String) -> Secret {
        bytes.withBytes { bytes in
            let changed = SecretBuffer(capacity: bytes.count + text.utf8.count)
            changed.append(UnsafeRawBufferPointer(rebasing: bytes[..<range.lowerBound]))
            changed.append(Array(text.utf8))
            changed.append(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))
            return Secret(changed)
        }
    }
}
