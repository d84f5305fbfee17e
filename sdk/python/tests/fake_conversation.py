"""What the small server keeps of one conversation."""


class Conversation:
    def __init__(self, pk, kind, members, *, large=False):
        self.pk, self.kind, self.large = pk, kind, large
        self.members = dict.fromkeys(members, 0)  # user → read_number
        self.log = []  # durable events as they were committed
        self.state = {}  # seq → shown event in its present state
        self.number = 0
        self.recalled = set()
        self.mentioned = {}  # user → numbers

    @property
    def head(self):
        return len(self.log)
