"""Who: people, bots, departments, devices, tokens, and the Actor every service takes."""
