/// Hides how long something is: its size tells one of a few classes.
package enum SizeClass {
    package static let smallest = 4096

    /// The length that `length` bytes are padded to: four significant binary digits.
    package static func paddedLength(_ length: Int) -> Int {
        guard length > smallest else { return smallest }
        let unit = 1 << (Int.bitWidth - length.leadingZeroBitCount - 4)
        return (length + unit - 1) / unit * unit
    }
}
