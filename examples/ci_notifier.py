"""Tells of a build at an incoming webhook (docs/webhooks.md): the address is the secret, nothing else is needed.

python examples/ci_notifier.py https://chat.example.com/hooks/… passed main 41
"""

import sys

import httpx

COLORS = {"passed": "good", "failed": "danger"}


def notify(hook: str, result: str, branch: str, number: int, *, http: httpx.Client | None = None) -> None:
    """Post it; raises httpx.HTTPStatusError when it was not taken."""
    told = {
        "attachments": [
            {
                "fallback": f"Build {number} of {branch} {result}",
                "title": f"Build {number} {result}",
                "color": COLORS.get(result, "warning"),
                "fields": [{"title": "Branch", "value": branch, "short": True}],
            }
        ]
    }
    (http or httpx.Client(timeout=10)).post(hook, json=told).raise_for_status()


if __name__ == "__main__":
    notify(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
