"""Search: finding messages by their words, in every language, on both databases. Decision: docs/decisions/0007-search.md.

``find`` reads; ``index`` keeps the token index true. The tokens are cut by ``chat.search.tokens`` alone.
"""

from chat.search.find import SearchHit, SearchPage, find
from chat.search.index import index, index_messages

__all__ = ["SearchHit", "SearchPage", "find", "index", "index_messages"]
