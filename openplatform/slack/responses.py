"""``/slack/response/<secret>``: what an app says later about a command or a press. The address is the secret."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from openplatform import conf
from openplatform.dialects import posts
from openplatform.services import interactions, slack_asking
from openplatform.slack import problems
from protocol import errors


@csrf_exempt
def respond(request: HttpRequest, secret: str) -> HttpResponse:
    """Five times, for half an hour; ``ok``, or Slack's word for why not."""
    if request.method != "POST":
        return problems.refusal("invalid_http_method", status=405, headers={"Allow": "POST"})
    try:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > conf.get().api_max_body:
            raise posts.Unreadable("request_too_large")
        conf.CAME_BY.set(request.build_absolute_uri("/"))
        reply = slack_asking.read(None, json.loads(request.body), "Reply")
        interactions.respond(response=secret, reply=reply)
    except errors.NotFound:
        return problems.refusal("expired_url", status=404)
    except errors.ParleyError as problem:
        return problems.respond(problem, "invalid_blocks")
    except (ValueError, RecursionError) as why:
        word = str(why) if isinstance(why, posts.Unreadable) else "invalid_payload"
        return problems.refusal(word, status=400)
    return HttpResponse("ok", content_type="text/plain")
