"""The app manifest: what Slack needs to know to make the app, and nothing that Laurel does not use."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.core.slashes import NAMES, SLASHES
from bot.core.words.helping import describe

SCOPES = {
    "app_mentions:read": "to answer who mentions Laurel",
    "chat:write": "to post badge cards, and messages to those who earned one",
    "chat:write.public": "to post cards in public channels without being invited to each",
    "commands": "for /award and the other commands, and for “Award for this message”",
    "files:read": "to check a badge that somebody sends to Laurel, and to keep a file as evidence",
    "files:write": "to upload pictures of badges where the workspace cannot reach Laurel's own address",
    "im:history": "to read what members write to Laurel itself",
    "links:read": "to notice a badge's address in a message",
    "links:write": "to show its card there",
    "usergroups:read": "to award a whole user group, and to know which groups teach",
    "users:read": "for names, languages, time zones, and who runs the workspace",
    "users:read.email": "so that a learner's badge can be bound to the address that the school knows",
}
"""Every scope that the bot asks for, and why."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "link_shared",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
    "tokens_revoked",
    "user_change",
)
COLOUR = "#1c5d4c"
HINT = 1000


def manifest(*, socket: bool, pages: str, public: bool, oauth: bool) -> dict[str, Any]:
    """Give the manifest for a transport; `pages` is Laurel's own address, `public` whether the world reaches it."""
    events = f"{pages}/slack/events"
    reached = {} if socket else {"request_url": events}
    commands = [_command(name, {} if socket else {"url": events}) for name in NAMES]
    features: dict[str, Any] = {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Laurel", "always_online": True},
        "shortcuts": [
            {
                "name": "Award for this message",
                "type": "message",
                "callback_id": "award_message",
                "description": "Award a badge with this message as evidence",
            }
        ],
        "slash_commands": commands,
    }
    if public:
        features["unfurl_domains"] = [urlsplit(pages).hostname]
    config: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if oauth:
        config["redirect_urls"] = [f"{pages}/slack/oauth_redirect"]
    return {
        "display_information": {
            "name": "Laurel",
            "description": "Real, signed Open Badges inside your chat",
            "background_color": COLOUR,
        },
        "features": features,
        "oauth_config": config,
        "settings": {
            "event_subscriptions": {**reached, "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **reached,
                **({} if socket else {"message_menu_options_url": events}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def _command(name: str, reached: dict[str, str]) -> dict[str, Any]:
    forms = [slash for slash in SLASHES if slash.form.split()[0] == name and not slash.roles]
    hint = " | ".join(filter(None, (slash.form.removeprefix(name).strip() for slash in forms)))
    return {
        "command": name,
        **reached,
        "description": "".join(map(str, describe(forms[0].topic, "en"))),
        **({"usage_hint": hint[:HINT]} if hint else {}),
        "should_escape": True,
    }
