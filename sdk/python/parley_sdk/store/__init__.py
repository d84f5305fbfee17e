"""Layer 3: what a person sees: the inbox with unread counts, the messages of a conversation, people."""
