import Prompting
import Testing

@Suite struct GitBooleanTests {
    @Test(arguments: ["true", "Yes", "ON", "1", "2", "-1", "1k", "7G"])
    func saysYes(text: String) {
        #expect(GitBoolean.value(text) == true)
        #expect(!GitBoolean.isFalse(text))
    }

    @Test(arguments: ["false", "No", "OFF", "0", "00", "0k", ""])
    func saysNo(text: String) {
        #expect(GitBoolean.value(text) == false)
        #expect(GitBoolean.isFalse(text))
    }

    @Test(arguments: ["never", "always", "k", "1x", " 1"])
    func saysNeither(text: String) {
        #expect(GitBoolean.value(text) == nil)
        #expect(!GitBoolean.isFalse(text))
    }
}
