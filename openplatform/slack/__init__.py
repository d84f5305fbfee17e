"""Slack's Web API, Socket Mode and OAuth under ``/slack/``, over our own services: a dialect of the HTTP door. docs/slack.md"""
