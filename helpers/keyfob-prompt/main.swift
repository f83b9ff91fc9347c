import Prompting

PromptProgram.main()
