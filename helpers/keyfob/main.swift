import Administration

KeyfobCommand.run()
