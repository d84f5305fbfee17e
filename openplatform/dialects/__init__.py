"""How other products write what people say. Pure: text and blocks in, text and cards out; no query, no door."""
