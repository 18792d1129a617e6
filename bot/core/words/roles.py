"""Words for roles that badges give: what is set, what is in the way, and what to do about it."""

from __future__ import annotations

from bot.core import errors
from bot.core.commands import StopRole
from bot.core.granting import RoleGiven, RolesShown, RoleStopped
from bot.core.port import Bold, Button, Buttons, Code, Reply, Text
from bot.core.role_keeping import RoleBarred
from bot.core.words.refusals import refused
from bot.core.words.saying import listed, plain, reply, say, say_many


def why(badge: str, lang: str) -> str:
    """Say for the platform's own record why somebody has a role; with "", why they have it no more."""
    if badge:
        return plain(lang, "Holds the badge {badge}.", badge=badge)
    return plain(lang, "Holds no badge any more that gives it.")


@reply.register
def _(o: RoleGiven, lang: str) -> Reply:
    badge, role = Bold(o.name), Bold(o.role[1])
    if not o.holders:
        text = say(lang, "Whoever gets {badge} from now on gets the role {role}, too.", badge=badge, role=role)
    else:
        text = say_many(
            lang,
            "Whoever holds {badge} has the role {role}: {count} person who holds it already gets it now.",
            "Whoever holds {badge} has the role {role}: {count} people who hold it already get it now.",
            o.holders,
            badge=badge,
            role=role,
        )
    return Reply(text, (_stopping(o.badge, (o.role,), lang),))


@reply.register
def _(o: RolesShown, lang: str) -> Reply:
    badge = Bold(o.name)
    if not o.roles:
        return Reply(say(lang, "{badge} gives no role here.", badge=badge))
    roles = listed(lang, [Bold(name) for _, name in o.roles])
    text = say_many(
        lang,
        "{badge} gives the role {roles}.",
        "{badge} gives the roles {roles}.",
        len(o.roles),
        badge=badge,
        roles=roles,
    )
    return Reply(text, (_stopping(o.badge, o.roles, lang),))


@reply.register
def _(o: RoleStopped, lang: str) -> Reply:
    badge, roles = Bold(o.name), listed(lang, [Bold(name) for name in o.roles])
    text = say(lang, "{badge} gives {roles} no more", badge=badge, roles=roles)
    if not o.losers:
        return Reply((*text, *say(lang, "; nobody had it by this badge alone.")))
    more = say_many(
        lang,
        "; {count} person who had it by this badge alone loses it now.",
        "; {count} people who had it by this badge alone lose it now.",
        o.losers,
    )
    return Reply((*text, *more))


@reply.register
def _(o: RoleBarred, lang: str) -> Reply:
    role = Bold(o.role)
    text = say(lang, "I can no longer give the role {role}, nor take it back", role=role)
    again = (" ", *say(lang, "I try again every hour.")) if o.problem != "gone" else ()
    return Reply((*text, *_to_do(o.problem, lang), *again))


@reply.register
def _(_: errors.NoRolesHere, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "This chat has no roles that a badge could give: set one in a chat that has, such as a server of Discord.",
        )
    )


@reply.register
def _(r: errors.NoRoleGiven, lang: str) -> Reply:
    example = Code("/badge role")
    return refused(
        say(lang, "{badge} does not give that role: set one with {example}.", badge=Bold(r.badge), example=example)
    )


@reply.register
def _(r: errors.RoleUnfit, lang: str) -> Reply:
    role = r.role
    if role.problem is not None:
        return refused((*say(lang, "I can't give the role {role}", role=Bold(role.name)), *_to_do(role.problem, lang)))
    if role.powers:
        powers = listed(lang, [Bold(power) for power in role.powers[:3]])
        return refused(
            say(
                lang,
                "The role {role} lets its members run the server ({powers}), and a badge is not the way to that: "
                "choose a role without such permissions.",
                role=Bold(role.name),
                powers=powers,
            )
        )
    return refused(
        say(
            lang,
            "The role {role} makes teachers, and any teacher could give it with the badge: choose another role.",
            role=Bold(role.name),
        )
    )


def _to_do(problem: str, lang: str) -> Text:
    """Say what keeps a role from being given, and what to do, after its name."""
    match problem:
        case "everyone":
            return say(lang, ", since everybody has it: choose another role.")
        case "managed":
            return say(lang, ", since it belongs to an app or a subscription: choose another role.")
        case "above":
            return say(lang, ", since it stands above mine: drag my role above it in the server's settings.")
        case "unallowed":
            return say(lang, ", since I may not manage roles: give my role the permission Manage Roles.")
    return say(lang, ", since it is gone: let the badge give another with {role}.", role=Code("/badge role"))


def _stopping(badge: str, roles: tuple[tuple[str, str], ...], lang: str) -> Buttons:
    return Buttons(
        tuple(
            Button(plain(lang, "Stop giving {role}", role=name), StopRole(badge, role), "danger")
            for role, name in roles[:10]
        )
    )
