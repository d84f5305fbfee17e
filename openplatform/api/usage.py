"""How an app fares, what it was asked, and manifests of Slack apps in our words: for the developer console."""

from openplatform.api.app_shapes import (
    HourRow,
    Imported,
    InteractionLog,
    InteractionRow,
    LogPage,
    SlackManifest,
    UsageReport,
    UsageSpan,
)
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.dialects import slack_manifest
from openplatform.services import usage
from protocol import errors


class UsageView(Door):
    """Numbers by the hour."""

    @operation("apps.usage", scope=None, query=UsageSpan, answer=UsageReport, fails=(404,))
    def get(self, *, app: int, query: UsageSpan) -> UsageReport:
        """Posts of events and questions to the app by the hour, and how many of them failed."""
        found = usage.get(actor=self.actor, app=app, hours=query.hours)
        rows = [
            HourRow(
                at=each.at,
                posted=each.posted,
                posted_failed=each.posted_failed,
                asked=each.asked,
                asked_failed=each.asked_failed,
                ms=each.ms,
            )
            for each in found.hours
        ]
        return UsageReport(hours=rows, waiting=found.waiting, dead=found.dead)


class InteractionsView(Door):
    """The log of questions."""

    @operation("interactions.list", scope=None, query=LogPage, answer=InteractionLog, fails=(404,))
    def get(self, *, app: int, query: LogPage) -> InteractionLog:
        """What the app was asked, the newest first: when, what it answered, in which time, why that failed."""
        found = usage.list_interactions(actor=self.actor, app=app, before=query.before)
        return InteractionLog(
            interactions=[
                InteractionRow(
                    id=each.pk,
                    kind=each.kind,
                    at=int(each.at.timestamp() * 1000),
                    status=each.status,
                    ms=each.ms,
                    reason=each.reason,
                )
                for each in found
            ]
        )


class ImportView(Door):
    """Apps of Slack."""

    @operation("manifests.translate", scope=None, body=SlackManifest, answer=Imported)
    def post(self, *, body: SlackManifest) -> Imported:
        """A Slack app's manifest (JSON or YAML) in our words, to be looked at and put; and what means nothing here."""
        try:
            found = slack_manifest.read(body.text)
        except slack_manifest.NotAManifest as problem:
            raise errors.BadRequest(str(problem), details={"path": "text"}) from None
        return Imported(manifest=found.manifest, left_out=found.left_out)
