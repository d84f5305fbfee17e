"""The SCIM door (RFC 7644): a directory's requests become calls of services; no rule is decided here."""
