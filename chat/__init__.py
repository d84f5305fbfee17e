"""What is said, in what order: conversations, timelines, and the socket door in ``chat.realtime``."""
