"""Drawings that the golden pictures show: ordinary ones, and the awkward ones that once broke a layout."""

from bot.core.cards import Bar, Celebration, Drawing, Emblem, Progress, Skill, Tile, Wall

TUTOR = Emblem("rosette", "teal", "handshake")
DETECTIVE = Emblem("shield", "indigo", "chart")
_EARNED = (
    ("Peer Tutor", TUTOR),
    ("Data Detective", DETECTIVE),
    ("Question of the Week", Emblem("circle", "coral", "question")),
    ("Outstanding Contributor to Collaborative Statistics", Emblem("star", "amber", "trophy")),
    ("Sigma", Emblem("diamond", "plum", "sigma")),
    ("Green Thumb", Emblem("hexagon", "forest", "sprout")),
    ("Debate Finalist", Emblem("ribbon", "crimson", "microphone")),
    ("Code Club", Emblem("square", "slate", "code")),
)

CELEBRATION = Celebration(
    "Sam Okafor earned",
    "Peer Tutor",
    TUTOR,
    ("Sam Okafor",),
    "For helping three classmates with the chi-squared homework on Thursday.",
    "Awarded by Ms Rivera · 23 Nov 2026 · Lincoln High",
)
GROUP = Celebration(
    "7 classmates earned",
    "Data Detective",
    DETECTIVE,
    ("Sam Okafor", "Ana Lima", "Jürgen Müller-Lüdenscheidt", "Zoë", "Priya Raghunathan"),
    "Cleaned, charted and explained a real data set.",
    "Awarded by Ms Rivera · 23 Nov 2026",
    "and 2 more",
)
WALL = Wall(
    "Sam Okafor's badges",
    tuple(Tile(name, emblem, "23 Nov 2026") for name, emblem in _EARNED),
    (
        Skill("Statistics", 4),
        Skill("Teamwork", 3),
        Skill("Communication and listening", 2),
        Skill("Writing", 1),
    ),
    "and 5 more",
)
PROGRESS = Progress(
    "Sam's goals",
    (
        Bar("Finish the statistics pathway", 3, 5, "Due Friday 4 December"),
        Bar("Read four books", 4, 4, "Done on 20 November"),
        Bar("Publish a data story", 1, 6, "Overdue since Monday", urgent=True),
        Bar("Lead a study group", 0, 3, "Not started"),
    ),
)

SAMPLES: dict[str, Drawing] = {
    "emblem-rosette": TUTOR,
    "emblem-shield": DETECTIVE,
    "emblem-ribbon": Emblem("ribbon", "crimson", "microphone"),
    "celebration": CELEBRATION,
    "celebration-group": GROUP,
    "celebration-bare": Celebration("Ana Lima earned", "Sigma", Emblem("diamond", "plum", "sigma")),
    "celebration-long": Celebration(
        "Wolfeschlegelsteinhausenbergerdorff Maximiliana Konstantinopolitanska earned",
        "Outstanding Contributor to Collaborative Statistical Investigations of the Year",
        Emblem("star", "amber", "trophy"),
        (),
        "She never stopped asking why, and then she wrote it down for everyone else. " * 4,
        "Awarded by Professor Doctor Evangelina Featherstonehaugh-Cholmondeley on 23 November 2026",
    ),
    "celebration-boxes": Celebration("سارة earned", "数据侦探", Emblem("hexagon", "sky", "globe"), (), "🎉 שלום"),
    "celebration-mirrored": Celebration(
        "שרה כהן",
        "עזרה לחברים",
        Emblem("circle", "rose", "heart"),
        (),
        "Chi-square (2026) שלום",
        "23.11.2026",
    ),
    "wall": WALL,
    "wall-empty": Wall("Ana Lima's badges", empty="Nothing here yet. Your first badge will land on this wall."),
    "progress": PROGRESS,
}
