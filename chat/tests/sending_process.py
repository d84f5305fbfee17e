"""A process of its own that sends: ``python -m chat.tests.sending_process <json>``. Prints its outcomes as JSON."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor


def main(work: dict) -> list:
    """``threads`` threads, each sending ``rounds`` batches of ``batch`` messages; one ``client_key`` or fresh ones."""
    # Here, because a process of its own sets Django up first.
    from django.db import connection  # noqa: PLC0415

    from accounts.actor import Actor  # noqa: PLC0415
    from chat import timeline  # noqa: PLC0415
    from chat.services import messages  # noqa: PLC0415

    def run(thread: int) -> list:
        actor, outcomes = Actor(user=work["users"][thread % len(work["users"])]), []
        for turn in range(work["rounds"]):
            outcomes += timeline.append(
                [
                    messages.draft_send(
                        actor=actor,
                        conversation=work["conversations"][(thread + turn + place) % len(work["conversations"])],
                        client_key=work.get("client_key") or f"{work['name']}-{thread}-{turn}-{place}",
                        body={"text": work.get("client_key") or f"{work['name']} {thread} {turn} {place}"},
                        mentions=work.get("mentions", ()),
                    )
                    for place in range(work["batch"])
                ]
            )
        connection.close()
        return outcomes

    with ThreadPoolExecutor(work["threads"]) as pool:
        outcomes = [each for found in pool.map(run, range(work["threads"])) for each in found]
    return [
        [each.conversation, each.seq, each.number, each.at, each.duplicate, each.error.code if each.error else ""]
        for each in outcomes
    ]


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = given["database"]
    django.setup()
    print(json.dumps(main(given)))
