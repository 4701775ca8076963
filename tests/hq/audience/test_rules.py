"""The rules of retargeting: who wins when several hold."""

import pytest

from hq.audience.rules import Article, Person, Purchase, decide

OPEN = Person(suppressed=frozenset(), marketing="yes", control=False)
BOOT = Article(
    basket="b",
    sku="boot-42",
    name="Trail boot",
    variant="42 · Brown",
    known=True,
    available=3,
    counted=True,
    same={"boot-42": "42", "boot-43": "43"},
)
ORDER = Purchase(sku="boot-42", order_id="R-1", store="aurora-tallinn", at=1_790_000_000_000)


def person(**changes: object) -> Person:
    return Person(**{**{name: getattr(OPEN, name) for name in Person.__dataclass_fields__}, **changes})


def boot(**changes: object) -> Article:
    return Article(**{**{name: getattr(BOOT, name) for name in Article.__dataclass_fields__}, **changes})


def test_an_article_that_is_there_for_a_person_who_agreed_is_included() -> None:
    decision = decide(OPEN, BOOT, {})
    assert (decision.included, decision.reason) == (True, "in-basket")
    assert decision.words == "in the basket, not bought, 3 pieces are there, and marketing is allowed"


@pytest.mark.parametrize(
    ("who", "what", "reason", "words"),
    [
        (person(suppressed=frozenset({"erased"})), BOOT, "erased", "the person asked to be forgotten"),
        (person(suppressed=frozenset({"unsubscribed"})), BOOT, "unsubscribed", "the person unsubscribed"),
        (person(suppressed=frozenset({"bounced"})), BOOT, "bounced", "mail to this address comes back"),
        (
            person(marketing="left-empty"),
            BOOT,
            "no-consent",
            "the box for marketing was left empty when the basket was sent",
        ),
        (person(marketing="taken-back"), BOOT, "no-consent", "the person took back the consent to marketing"),
        (
            person(marketing="not-asked"),
            BOOT,
            "no-consent",
            "the person was never asked about marketing, or did not answer",
        ),
        (person(control=True), BOOT, "control-group", "the person is in the control group"),
        (OPEN, boot(known=False), "unknown-article", "the article is not in the catalogue any more"),
        (OPEN, boot(available=0), "sold-out", "sold out: no store and not the web shop has it"),
        (OPEN, boot(available=0, counted=False), "sold-out", "nobody has counted any stock of it"),
    ],
)
def test_each_rule_excludes_with_its_reason(who: Person, what: Article, reason: str, words: str) -> None:
    decision = decide(who, what, {})
    assert (decision.included, decision.reason, decision.words) == (False, reason, words)


def test_what_was_bought_is_excluded_with_day_place_and_order() -> None:
    decision = decide(OPEN, BOOT, {"boot-42": ORDER})
    assert (decision.reason, decision.words) == ("bought", "bought on 2026-09-21 in aurora-tallinn (order R-1)")


def test_the_same_in_another_size_counts_as_bought() -> None:
    decision = decide(OPEN, BOOT, {"boot-43": Purchase(sku="boot-43", order_id="W-9", store="web", at=ORDER.at)})
    assert decision.words == "bought in size 43 on 2026-09-21 in the web shop (order W-9)"


def test_the_purchase_of_something_else_excludes_nothing() -> None:
    assert decide(OPEN, BOOT, {"scarf": ORDER}).included


def test_the_first_rule_that_holds_decides() -> None:
    worst = person(suppressed=frozenset({"bounced", "unsubscribed", "erased"}), marketing="left-empty", control=True)
    gone = boot(known=False, available=0)
    barred = person(suppressed=frozenset({"bounced", "unsubscribed"}), marketing="left-empty")
    steps = [
        decide(worst, gone, {"boot-42": ORDER}),
        decide(barred, gone, {"boot-42": ORDER}),
        decide(person(suppressed=frozenset({"bounced"}), marketing="left-empty"), gone, {"boot-42": ORDER}),
        decide(person(marketing="left-empty", control=True), gone, {"boot-42": ORDER}),
        decide(person(control=True), gone, {"boot-42": ORDER}),
        decide(OPEN, gone, {"boot-42": ORDER}),
        decide(OPEN, gone, {}),
        decide(OPEN, boot(available=0), {}),
    ]
    reasons = [
        "erased",
        "unsubscribed",
        "bounced",
        "no-consent",
        "control-group",
        "bought",
        "unknown-article",
        "sold-out",
    ]
    assert [step.reason for step in steps] == reasons
