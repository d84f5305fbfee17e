"""Spaces: made, divided into categories and channels, and who may see which. docs/spaces.md"""
