"""The app side of the kit: an app that Parley asks and tells, and the bot that it speaks by."""
