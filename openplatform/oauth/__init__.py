"""OAuth 2.1 and OpenID Connect: the toolkit, told who may have what, with pages in the look of ours. docs/oauth.md"""
