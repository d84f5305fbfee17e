"""Search: finding messages by their words, in every language, on both databases.

Why it is as it is: docs/decisions/0006-search-by-own-tokens.md.
``find`` reads; ``index`` keeps the token index true. The tokens are cut by ``chat.search.tokens`` alone.
"""

from chat.search.find import SearchHit, SearchPage, find
from chat.search.index import index, index_messages

__all__ = ["SearchHit", "SearchPage", "find", "index", "index_messages"]
