"""Addresses of the HTTP door: one line per resource. Each works with and without a final slash; nothing redirects."""

from django.urls import URLPattern, path, re_path, register_converter

from openplatform.api import (
    apps,
    commands,
    conversations,
    devices,
    drafts,
    entering,
    events,
    files,
    forwards,
    groups,
    installations,
    me,
    members,
    messages,
    pins,
    preferences,
    presence,
    profile,
    push,
    readers,
    receipts,
    saved,
    schema,
    search,
    settings,
    sync,
    threads,
    tokens,
    uploads,
    users,
    webhooks,
)
from openplatform.api.door import Door, Nothing


class IdConverter:
    """A number that JavaScript can hold."""

    regex = "[0-9]{1,16}"

    def to_python(self, value: str) -> int:
        """ValueError makes it an address that does not exist."""
        number = int(value)
        if number >= 2**53:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        """For reverse()."""
        return str(value)


register_converter(IdConverter, "id")

RESOURCES: dict[str, type[Door]] = {
    "me": me.MeView,
    "me/status": profile.StatusView,
    "me/avatar": profile.OwnAvatarView,
    "avatars/<uuid:avatar>": profile.AvatarView,
    "me/settings": settings.SettingsView,
    "me/settings/<str:name>": settings.SettingView,
    "me/drafts": drafts.DraftsView,
    "saved": saved.SavedListView,
    "tokens": tokens.TokensView,
    "tokens/current": tokens.CurrentTokenView,
    "tokens/renew": tokens.RenewView,
    "devices": devices.DevicesView,
    "devices/<id:device>": devices.DeviceView,
    "users": users.UsersView,
    "users/<id:user>": users.UserView,
    "presence": presence.PresenceView,
    "conversations": conversations.ConversationsView,
    "conversations/direct": conversations.DirectView,
    "conversations/<id:conversation>": conversations.ConversationView,
    "conversations/<id:conversation>/members": members.MembersView,
    "conversations/<id:conversation>/members/<id:user>": members.MemberView,
    "conversations/<id:conversation>/members/<id:user>/role": groups.MemberRoleView,
    "conversations/<id:conversation>/governance": groups.GovernanceView,
    "conversations/<id:conversation>/archive": groups.ArchiveView,
    "conversations/<id:conversation>/permissions": groups.PermissionsView,
    "conversations/<id:conversation>/roles": groups.RolesView,
    "conversations/<id:conversation>/roles/<id:role>": groups.RoleView,
    "conversations/<id:conversation>/bans": groups.BansView,
    "conversations/<id:conversation>/bans/<id:user>": groups.BanView,
    "conversations/<id:conversation>/join": entering.JoinView,
    "conversations/<id:conversation>/requests": entering.RequestsView,
    "conversations/<id:conversation>/requests/<id:asked>": entering.RequestView,
    "conversations/<id:conversation>/links": entering.LinksView,
    "conversations/<id:conversation>/links/<id:link>": entering.LinkView,
    "links/use": entering.UseLinkView,
    "conversations/<id:conversation>/leave": members.LeaveView,
    "conversations/<id:conversation>/messages": messages.MessagesView,
    "conversations/<id:conversation>/messages/<id:seq>": messages.MessageView,
    "conversations/<id:conversation>/messages/<id:seq>/reactions/<str:emoji>": messages.ReactionView,
    "conversations/<id:conversation>/messages/<id:seq>/pin": pins.PinView,
    "conversations/<id:conversation>/messages/<id:seq>/confirm": pins.ConfirmView,
    "conversations/<id:conversation>/messages/<id:seq>/edits": readers.EditsView,
    "conversations/<id:conversation>/messages/<id:seq>/readers": readers.ReadersView,
    "conversations/<id:conversation>/threads/<id:root>/follow": threads.FollowView,
    "conversations/<id:conversation>/threads/<id:root>/read": threads.ReadThreadView,
    "threads": threads.ThreadsView,
    "inbox/read_all": readers.ReadAllView,
    "conversations/<id:conversation>/messages/<id:seq>/actions": forwards.ActionView,
    "conversations/<id:conversation>/forward": forwards.ForwardView,
    "conversations/<id:conversation>/pins": pins.PinsView,
    "conversations/<id:conversation>/entries": messages.EntriesView,
    "conversations/<id:conversation>/messages/<id:seq>/previews": messages.PreviewsView,
    "conversations/<id:conversation>/messages/<id:seq>/saved": saved.SavedView,
    "conversations/<id:conversation>/read": receipts.ReadView,
    "conversations/<id:conversation>/preferences": preferences.PreferencesView,
    "conversations/<id:conversation>/avatar": profile.GroupAvatarView,
    "conversations/<id:conversation>/draft": drafts.DraftView,
    "conversations/<id:conversation>/commands": commands.RunCommandView,
    "conversations/<id:conversation>/webhooks": webhooks.WebhooksView,
    "conversations/<id:conversation>/webhooks/<id:hook>": webhooks.WebhookView,
    "conversations/<id:conversation>/webhooks/<id:hook>/secret": webhooks.WebhookSecretView,
    "scopes": installations.ScopesView,
    "apps": apps.AppsView,
    "apps/<id:app>": apps.AppView,
    "apps/<id:app>/manifest": apps.ManifestView,
    "apps/<id:app>/manifest/versions": apps.VersionsView,
    "apps/<id:app>/secret": apps.AppSecretView,
    "apps/<id:app>/interactivity/secret": apps.InteractivitySecretView,
    "apps/<id:app>/submission": apps.SubmissionView,
    "apps/<id:app>/review": apps.ReviewView,
    "apps/<id:app>/consent": installations.ConsentView,
    "apps/<id:app>/installation": installations.InstallationView,
    "apps/<id:app>/installation/token": installations.BotTokenView,
    "apps/<id:app>/subscriptions": events.SubscriptionsView,
    "subscriptions/<id:subscription>": events.SubscriptionView,
    "subscriptions/<id:subscription>/verify": events.VerifyView,
    "subscriptions/<id:subscription>/secret": events.SubscriptionSecretView,
    "subscriptions/<id:subscription>/deliveries": events.DeliveriesView,
    "subscriptions/<id:subscription>/events": events.EventsView,
    "commands": commands.CommandsView,
    "sync": sync.SyncView,
    "search": search.SearchView,
    "conversations/<id:conversation>/files": uploads.ConversationFilesView,
    "uploads": uploads.UploadsView,
    "uploads/<uuid:upload>": uploads.UploadView,
    "uploads/<uuid:upload>/complete": uploads.CompleteView,
    "push/key": push.KeyView,
    "devices/current/push": push.SubscriptionView,
    "devices/current/push/token": push.TokenView,
    "conversations/<id:conversation>/messages/<id:seq>/push": push.TraceView,
    "files": files.FilesView,
    "files/<uuid:file>": files.FileView,
    "files/<uuid:file>/thumbnail": files.ThumbnailView,
}

urlpatterns: list[URLPattern] = [
    *(path(f"v1/{address}{slash}", view.as_view()) for address, view in RESOURCES.items() for slash in ("", "/")),
    path("v1/schema/", schema.Schema.as_view(), name="api-schema"),
    path("v1/schema", schema.Schema.as_view()),
    path("v1/docs/", schema.Docs.as_view(), name="api-docs"),
    path("v1/docs", schema.Docs.as_view()),
    re_path("", Nothing.as_view()),
]
