import CXML
import CredentialCore
import Glibc

/// Answers in XML, as STS gives them.
enum XMLReply {
    /// Reads a document; false when the body is none, or one with a DOCTYPE: no service sends one,
    /// and entities are all that is to be had there.
    static func read(_ body: Secret, into fields: inout ReplyFields) -> Bool {
        _ = memory
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue
        let document = body.withBytes { bytes in
            xmlReadMemory(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil,
                nil, Int32(options))
        }
        guard let document else { return false }
        defer { xmlFreeDoc(document) }
        guard document.pointee.intSubset == nil, let root = xmlDocGetRootElement(document) else {
            return false
        }
        collect(root, at: [], into: &fields)
        return true
    }

    /// Adds an element's text, or those of its children. libxml2 goes no deeper than 256 levels.
    private static func collect(
        _ element: xmlNodePtr, at parent: [UInt8], into fields: inout ReplyFields
    ) {
        let name = String(cString: element.pointee.name)
        let path = ReplyFields.path(name.utf8, in: parent)
        let text = SecretBuffer()
        var hasElements = false
        var next = element.pointee.children
        while let node = next {
            switch node.pointee.type {
            case XML_ELEMENT_NODE:
                hasElements = true
                collect(node, at: path, into: &fields)
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                if let content = node.pointee.content {
                    text.append(UnsafeRawBufferPointer(start: content, count: strlen(content)))
                }
            default: break
            }
            next = node.pointee.next
        }
        if !hasElements { fields.add(Secret(text), at: path) }
    }
}

// MARK: - Memory

extension XMLReply {
    /// Has libxml2 wipe what it gives back: secret keys pass through it. Each piece starts with its
    /// own size, and keeps the alignment that `malloc` promises.
    private static let memory: Void = {
        _ = xmlMemSetup(
            { XMLReply.release($0) }, { XMLReply.allocate($0) },
            { XMLReply.resize($0, to: $1) },
            { text in
                guard let text else { return nil }
                let copy = XMLReply.allocate(strlen(text) + 1)?.assumingMemoryBound(to: CChar.self)
                return copy.map { strcpy($0, text) }
            })
    }()

    private static let prefix = 16

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let start = malloc(size + prefix) else { return nil }
        start.storeBytes(of: size, as: Int.self)
        return start + prefix
    }

    private static func release(_ piece: UnsafeMutableRawPointer?) {
        guard let piece else { return }
        explicit_bzero(piece, size(of: piece))
        free(piece - prefix)
    }

    private static func resize(
        _ piece: UnsafeMutableRawPointer?, to size: Int
    ) -> UnsafeMutableRawPointer? {
        guard let piece else { return allocate(size) }
        guard let larger = allocate(size) else { return nil }
        memcpy(larger, piece, min(size, self.size(of: piece)))
        release(piece)
        return larger
    }

    private static func size(of piece: UnsafeMutableRawPointer) -> Int {
        (piece - prefix).load(as: Int.self)
    }
}
