extension Secret {
    /// Whether the bytes are UTF-8 throughout (RFC 3629), as JSON wants its texts.
    public var isText: Bool {
        withBytes { bytes in
            var parser = UTF8.ForwardParser()
            var rest = bytes.makeIterator()
            while true {
                switch parser.parseScalar(from: &rest) {
                case .valid: continue
                case .emptyInput: return true
                case .error: return false
                }
            }
        }
    }

    /// Whether the bytes stand in one line, without a carriage return or NUL in it.
    public var isOneLine: Bool {
        withBytes { bytes in !bytes.contains { [0, 10, 13].contains($0) } }
    }
}
