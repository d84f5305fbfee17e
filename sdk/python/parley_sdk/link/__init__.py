"""Layer 2: requests and answers, writes that are not lost or doubled, events in order."""
