import Administration

KeyfobCommand.main()
