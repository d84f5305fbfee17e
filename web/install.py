"""What makes the page an installed app: the manifest that browsers read, and the service worker over the whole site.

Both live at the root, outside the static files: a worker rules only below its own address.
"""

import hashlib
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from web.bundle import get_bundle, list_files
from web.words import words_for

#: Drawn by ``web/static/pages/mark.svg``; "maskable" ones have the room around them that launchers cut away.
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-mask.png", "512x512", "maskable"),
)


@require_safe
@never_cache
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    words = words_for(get_language())
    answer = JsonResponse(
        {
            "id": "/",
            "name": words.product,
            "short_name": words.product,
            "description": words.tagline,
            "lang": words.lang,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f8fb",
            "theme_color": "#f6f8fb",
            "icons": [
                {"src": static(f"pages/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, sizes, purpose in ICONS
            ],
        }
    )
    answer["Content-Type"] = "application/manifest+json"
    return answer


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It names the files of the present bundle, so a new bundle makes a new worker."""
    files = json.dumps(list_files(get_bundle()))
    version = hashlib.sha256(files.encode()).hexdigest()[:12]
    return render(
        request, "web/worker.js", {"files": files, "version": version}, content_type="text/javascript; charset=utf-8"
    )
