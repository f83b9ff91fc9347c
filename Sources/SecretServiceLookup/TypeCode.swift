/// The type codes that the Secret Service's messages consist of (the D-Bus specification, "Type
/// System").
enum TypeCode {
    /// Nothing is left to read.
    static let none: Int32 = 0
    static let array = Int32(UInt8(ascii: "a"))
    static let boolean = Int32(UInt8(ascii: "b"))
    static let byte = Int32(UInt8(ascii: "y"))
    static let dictionaryEntry = Int32(UInt8(ascii: "e"))
    static let objectPath = Int32(UInt8(ascii: "o"))
    static let string = Int32(UInt8(ascii: "s"))
    static let structure = Int32(UInt8(ascii: "r"))
    static let variant = Int32(UInt8(ascii: "v"))
}
