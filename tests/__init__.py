"""What crosses rooms: the life of a message, both forms, the architecture itself, wire vectors."""
