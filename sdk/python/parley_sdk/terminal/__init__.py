"""A chat in the terminal: an application of the kit, and an example of one."""
