"""Badges of every shape, for hypothesis: any script, awkward texts, repeated parts and colliding ids."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from credentials_samples import AWARDED, BADGE, LIST, SCHOOL, TUTOR
from hypothesis import strategies as st
from test_credentials_rubrics import DEGREE, FULL, MOVING, RUBRIC, SCORE

from bot.core.credentials import (
    Achievement,
    Alignment,
    Evidence,
    Identity,
    Image,
    Issuer,
    OpenBadge,
    Result,
    RevocationListEntry,
    StatusEntry,
)

AWKWARD = st.sampled_from(
    [
        "",
        " \t\n",
        'a "quoted" \\ back\\slash',
        "line\r\nfeed\ttab",
        "\u0085\u2028\u2029 not lines",
        "100 %s %d %(x)s {0}",
        "_:c14n0",
        "urn:laurel:gap:0:",
        '" .\n<urn:x> <urn:y> "',
        "Σίσυφος שלום 你好 🎓 e\u0301",
        "&amp; <b>",
        "\u200f\ufeff",
    ]
)
ANY = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)
WILD = st.text(max_size=5)
TEXTS = st.one_of(AWKWARD, ANY)
NAMES = TEXTS.map(lambda text: text if text.strip() else "x")
OPTIONAL = st.one_of(st.none(), TEXTS, WILD)
URLS = st.sampled_from(
    [
        "https://laurel.example/evidence/1",
        "https://laurel.example/evidence/1#b",
        "https://laurel.example/a/../b?q=%C3%A9&x=é",
        "http://[::1]:8080//x",
        "urn:uuid:0f2e33e5-7a29-4155-840a-59483ba10164",
        "data:text/plain,%22",
        "did:web:laurel.example",
        "mailto:kim@laurel.example",
        "HTTPS://laurel.example/upper",
        "ftp://laurel.example/notes",
        "xsd:dateTime",
        "id:1",
        BADGE.id,
        TUTOR.id,
        "not an iri",
        "",
    ]
)
MOMENTS = st.one_of(
    st.just(AWARDED),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(
        datetime(1900, 1, 1),  # noqa: DTZ001
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))]),
    ),
    st.timezones().flatmap(
        lambda zone: st.datetimes(
            datetime(1990, 1, 1),  # noqa: DTZ001
            datetime(2037, 1, 1),  # noqa: DTZ001
            timezones=st.just(zone),
        )
    ),
    st.just(datetime(2026, 1, 1)),  # noqa: DTZ001
)
EVIDENCE = st.builds(Evidence, st.one_of(st.none(), URLS), OPTIONAL, OPTIONAL, OPTIONAL, OPTIONAL)
IDENTITIES = st.one_of(
    st.builds(Identity.hide, st.just("emailAddress"), TEXTS, TEXTS),
    st.builds(Identity.show, NAMES, NAMES),
    st.builds(Identity, TEXTS, TEXTS, st.booleans(), OPTIONAL),
)
ALIGNMENTS = st.builds(Alignment, NAMES, URLS.filter(bool), OPTIONAL, OPTIONAL, OPTIONAL, OPTIONAL)
RESULTS = st.one_of(
    st.builds(Result, value=OPTIONAL, status=st.sampled_from([None, "Completed"])),
    st.builds(Result, st.just(SCORE.id), TEXTS),
    st.builds(Result, st.just(RUBRIC.id), TEXTS, st.just(MOVING.id), st.none(), st.tuples(ALIGNMENTS)),
)
ENTRIES = st.builds(StatusEntry, st.sampled_from([LIST, "https://laurel.example/status/2"]), st.integers(-1, 131_071))
STATUSES = st.one_of(st.none(), ENTRIES, st.just(RevocationListEntry(LIST)), st.just(RevocationListEntry(BADGE.id)))
IMAGES = st.one_of(
    st.none(),
    st.builds(Image, st.sampled_from(["data:image/png;base64,iVBORw0KGgo=", "https://laurel.example/e.png"]), TEXTS),
)
ISSUERS = st.one_of(
    st.just(SCHOOL),
    st.builds(Issuer, st.just(SCHOOL.id), NAMES, st.one_of(st.none(), URLS), OPTIONAL, OPTIONAL, IMAGES),
)
ACHIEVEMENTS = st.one_of(
    st.just(TUTOR),
    st.just(DEGREE),
    st.builds(
        Achievement,
        st.just(TUTOR.id),
        NAMES,
        NAMES,
        criteria=OPTIONAL,
        criteria_url=st.one_of(st.none(), URLS),
        image=IMAGES,
        tags=st.lists(st.sampled_from(["one", "two", "Σ"]), max_size=3).map(tuple),
        alignments=st.one_of(st.lists(ALIGNMENTS, max_size=2).map(tuple), ALIGNMENTS.map(lambda one: (one, one))),
        credits_available=st.sampled_from([None, 2, 2.0, 2.5]),
        results=st.sampled_from([(), (RUBRIC, SCORE)]),
        endorsements=st.sampled_from([(), DEGREE.endorsements]),
    ),
)
LISTED: Any = {
    "evidence": st.one_of(st.lists(EVIDENCE, max_size=3).map(tuple), EVIDENCE.map(lambda one: (one, one))),
    "identities": st.lists(IDENTITIES, max_size=2).map(tuple),
    "results": st.lists(RESULTS, max_size=2).map(tuple),
}
BADGES = st.builds(
    replace,
    st.just(BADGE),
    issuer=ISSUERS,
    achievement=ACHIEVEMENTS,
    id=st.one_of(st.just(BADGE.id), st.uuids().map(lambda one: f"https://laurel.example/award/{one}"), URLS),
    recipient=st.one_of(st.just(BADGE.recipient), st.uuids().map(lambda one: one.urn), URLS),
    valid_from=MOMENTS,
    valid_until=st.one_of(st.none(), st.just(AWARDED + timedelta(days=9)), MOMENTS),
    awarded=st.one_of(st.none(), MOMENTS),
    name=OPTIONAL,
    narrative=OPTIONAL,
    status=STATUSES,
    suspension=st.one_of(st.none(), ENTRIES),
    credits_earned=st.sampled_from([None, 2, 2.0, 3.5, 0, -1]),
    endorsements=st.sampled_from([(), FULL.endorsements]),
    refresh_url=st.one_of(st.none(), URLS),
    **LISTED,
)
"""Mostly badges that can't be signed in some way: for seeing that the same is refused."""


def _one(kind: str) -> st.SearchStrategy[str]:
    return st.uuids().map(lambda one: f"https://laurel.example/{kind}/{one}")


_FINE = st.fixed_dictionaries(
    {},
    optional={
        "issuer": st.sampled_from([SCHOOL, Issuer("did:web:laurel.example", 'The "Σ" school')]),
        "achievement": st.sampled_from(
            [
                TUTOR,
                DEGREE,
                replace(TUTOR, alignments=(), criteria_url=None),
                replace(TUTOR, tags=("Σ", "Σ", "a\tb"), alignments=(*DEGREE.alignments, Alignment("%s", "urn:x:y"))),
            ]
        ),
        "valid_until": st.none(),
        "awarded": st.none(),
        "name": st.just("Tutor of the year"),
        "narrative": st.none(),
        "status": st.sampled_from([None, RevocationListEntry(LIST)]),
        "suspension": st.just(StatusEntry("https://laurel.example/suspended", 3)),
        "credits_earned": st.sampled_from([2, 2.0, 3.5]),
        "refresh_url": st.just("https://laurel.example/refresh"),
        "endorsements": st.sampled_from([FULL.endorsements, (*FULL.endorsements, *DEGREE.endorsements)]),
        "identities": st.lists(
            st.sampled_from([Identity.hide("emailAddress", "sam@laurel.example"), Identity.show("ext:x", "sam")]),
            max_size=3,
        ).map(tuple),
        "results": st.lists(
            st.sampled_from(
                [
                    Result(value="93"),
                    Result(SCORE.id, "93"),
                    Result(
                        RUBRIC.id, "Moving", MOVING.id, "Completed", (Alignment("Rhetoric", "https://s.example/8"),)
                    ),
                ]
            ),
            max_size=2,
        ).map(tuple),
        "evidence": st.lists(
            st.sampled_from(
                [
                    Evidence("https://laurel.example/evidence/1"),
                    Evidence("https://laurel.example/evidence/1", "Notes", genre="chat"),
                    Evidence(narrative="Now I get it!"),
                    Evidence(name="Message", narrative="Now I get it!", description="Said", genre="chat"),
                ]
            ),
            max_size=3,
        ).map(tuple),
    },
)
SIGNABLE = _FINE.map(
    lambda changes: replace(
        replace(BADGE, **changes), results=changes.get("results", ()) if changes.get("achievement") is DEGREE else ()
    )
)
"""Badges that can be signed, of every shape."""


@st.composite
def another_learners(draw: st.DrawFn, badge: OpenBadge) -> OpenBadge:
    """Draw a badge of the same class and shape in which nothing else need be the same."""

    def text(old: str | None) -> str | None:
        # A text that comes back makes look-alikes of two parts of a badge.
        return None if old is None else draw(st.one_of(NAMES, st.just("Again")))

    def entry(old: StatusEntry | RevocationListEntry | None) -> StatusEntry | RevocationListEntry | None:
        match old:
            case None:
                return None
            case RevocationListEntry():
                return RevocationListEntry(draw(_one("revoked")))
        return StatusEntry(draw(_one("status")), draw(st.integers(0, 131_071)))

    start = draw(MOMENTS.filter(lambda moment: moment.tzinfo is not None))
    suspension = entry(badge.suspension)
    assert not isinstance(suspension, RevocationListEntry)
    return replace(
        badge,
        id=draw(_one("award")),
        recipient=draw(st.uuids().map(lambda one: one.urn)),
        valid_from=start,
        valid_until=None if badge.valid_until is None else start + timedelta(hours=1),
        awarded=None if badge.awarded is None else start,
        name=text(badge.name),
        narrative=text(badge.narrative),
        identities=tuple(
            replace(one, kind=text(one.kind) or "", value=text(one.value) or "", salt=text(one.salt))
            for one in badge.identities
        ),
        results=tuple(replace(one, value=text(one.value)) for one in badge.results),
        evidence=tuple(
            Evidence(
                None if one.url is None else draw(_one("evidence")),
                *map(text, (one.name, one.narrative, one.description, one.genre)),
            )
            for one in badge.evidence
        ),
        status=entry(badge.status),
        suspension=suspension,
        refresh_url=None if badge.refresh_url is None else draw(_one("refresh")),
    )
