"""Identity for companies: second factors, sign-in by a company's own providers, directories that keep the accounts."""
