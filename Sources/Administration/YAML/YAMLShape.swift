// libyaml, which Yams holds as a target of its own and offers as no product: Yams reads no events, only
// whole trees, in which aliases already stand for what they are to be refused for.
import CYaml
import CredentialCore

/// What keeps a parser from working without end: a few hundred bytes of YAML can stand for
/// gigabytes, and brackets can nest deeper than the stack.
enum YAMLShape {
    private static let depthLimit = 64

    /// Reads the events of a text, of which no tree is made, and refuses anchors, aliases, tags and
    /// depth. Its errors speak of the text as `it`.
    ///
    /// - Parameter limit: how long it may be, in MiB.
    /// - Returns: how many documents there are.
    /// - Throws: `badRequest` with the line, `limit` when it is longer.
    @discardableResult
    static func check(_ text: Secret, limit: Int) throws(CredentialError) -> Int {
        guard text.count <= limit << 20 else {
            throw CredentialError(
                .limit, "it is longer than \(limit) MiB", remedy: "give it in parts")
        }
        return try text.withBytes { (bytes) throws(CredentialError) in
            var parser = yaml_parser_t()
            yaml_parser_initialize(&parser)
            defer { yaml_parser_delete(&parser) }
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            let content = UnsafeRawBufferPointer(rebasing: withoutMark(bytes))
            yaml_parser_set_input_string(
                &parser, content.assumingMemoryBound(to: UInt8.self).baseAddress, content.count)
            return try countDocuments(&parser)
        }
    }

    /// A text without the byte order mark that some editors put before it, and that parsers are not
    /// of one mind about.
    static func withoutMark(_ bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
    }

    private static func countDocuments(
        _ parser: inout yaml_parser_t
    ) throws(CredentialError) -> Int {
        var documents = 0
        var depth = 0
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else {
                // Bytes are decoded far ahead, and which line they are in is not known.
                guard parser.error != YAML_READER_ERROR else {
                    throw CredentialError(.badRequest, "it is not YAML")
                }
                throw refusal("is not YAML", parser.problem_mark)
            }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT: return documents
            case YAML_DOCUMENT_START_EVENT: documents += 1
            case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: depth += 1
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
            default: break
            }
            guard !isMarked(event) else {
                throw refusal(
                    "has an alias, an anchor or a tag", event.start_mark,
                    remedy: "write out what it stands for")
            }
            guard depth <= depthLimit else {
                throw refusal("nests deeper than \(depthLimit) levels", event.start_mark)
            }
        }
    }

    /// Whether a node stands for another, another can stand for it, or it says of what type it is.
    private static func isMarked(_ event: yaml_event_t) -> Bool {
        switch event.type {
        case YAML_ALIAS_EVENT: true
        case YAML_SCALAR_EVENT: event.data.scalar.anchor != nil || event.data.scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT:
            event.data.sequence_start.anchor != nil || event.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            event.data.mapping_start.anchor != nil || event.data.mapping_start.tag != nil
        default: false
        }
    }

    private static func refusal(
        _ problem: String, _ mark: yaml_mark_t, remedy: String? = nil
    ) -> CredentialError {
        CredentialError(.badRequest, "line \(mark.line + 1): it \(problem)", remedy: remedy)
    }
}
