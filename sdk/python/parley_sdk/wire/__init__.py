"""What travels: typed frames, replies and events, generated from the server's protocol."""
