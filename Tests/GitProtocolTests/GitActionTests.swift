import GitProtocol
import Testing

@Suite struct GitActionTests {
    @Test(arguments: GitAction.allCases)
    func `every action is found by its own name`(action: GitAction) {
        #expect(GitAction(action.rawValue.utf8) == action)
    }

    @Test(arguments: ["", "GET", "get ", "ge", "gets", "get\n", "approve", "list", "--help"])
    func `nothing else is an action`(argument: String) {
        #expect(GitAction(argument.utf8) == nil)
    }

    @Test func `the capability listing is the one git documents`() {
        let golden = "version 0\ncapability authtype\ncapability state\n"
        #expect(GitCapabilityListing.bytes == Array(golden.utf8))
    }
}
