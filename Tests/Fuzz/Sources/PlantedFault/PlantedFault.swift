import Fuzzing

/// The control: a parser with a fault that only a fuzzer which sees coverage will find. A run in
/// which this one survives proves nothing about the others.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard bytes.count > 3, bytes[0] == UInt8(ascii: "k") else { return 0 }
    guard bytes[1] == UInt8(ascii: "e"), bytes[2] == UInt8(ascii: "y") else { return 0 }
    law("the planted fault is not reached", bytes[3] != UInt8(ascii: "="))
    return 0
}
