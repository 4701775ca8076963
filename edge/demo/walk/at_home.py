"""Steps at home: the mail, the basket page, and what HQ knows by then."""

import re
from typing import Any

from edge.demo.walk.errors import expect
from edge.demo.walk.journey import MAIL, Journey


def mail(journey: Journey) -> str:
    """The mail has the basket as text and as HTML, and can be unsubscribed with one click"""
    journey.mail = journey.mails()[0]
    for part in ("text", "html"):
        missing = [article.title for article in journey.basket if article.title not in journey.mail[part]]
        expect(not missing, f"the {part} part lacks {missing}")
    one_click = header(journey.mail, "List-Unsubscribe-Post")
    expect(one_click == "List-Unsubscribe=One-Click", f"List-Unsubscribe-Post is {one_click!r}")
    expect(header(journey.mail, "List-Unsubscribe").startswith("<http"), "List-Unsubscribe is no link")
    return str(journey.mail["subject"])


def profile(journey: Journey) -> str:
    """HQ has the profile, its basket, and the consents with the words that were shown"""
    told = known(journey)
    consents = {consent["purpose"]: consent for consent in told["consents"]}
    expect(consents["marketing"]["granted"] and consents["profiling"]["granted"], f"the consents are {consents}")
    expect("basket" in consents["marketing"]["words"], "the words that were shown are not kept with the answer")
    skus = [line["sku"] for basket in told["baskets"] for line in basket["lines"]]
    expect(sorted(skus) == sorted(article.sku for article in journey.basket), f"the basket at HQ holds {skus}")
    return f"{consents['marketing']['language']}: {consents['marketing']['words']}"


def basket_page(journey: Journey) -> str:
    """The mail's link opens the basket page; with consent a cookie ties the browser to the profile"""
    page = journey.browser.get(basket_link(journey), timeout=10)
    missing = [article.title for article in journey.basket if article.title not in page.text]
    expect(page.ok and not missing, f"the page answers {page.status_code} and lacks {missing}")
    cookies = [cookie.name for cookie in journey.browser.cookies]
    expect(cookies, "no cookie was set although profiling is allowed")
    kinds = {identity["kind"] for identity in known(journey)["identities"]}
    expect("cookie" in kinds, f"the profile has the identities {sorted(kinds)}, no cookie")
    return f"{page.url.rpartition('/')[0]}/…, cookie {cookies[0]}"


def basket_link(journey: Journey) -> str:
    """The link to the basket page, as it stands in the text part."""
    found = re.search(rf"{re.escape(journey.plan.url('hq'))}/b/\S+", journey.mail["text"])
    expect(found, "the mail has no link to the basket page")
    return found[0] if found else ""


def known(journey: Journey, mail: str = MAIL) -> dict[str, Any]:
    """What `tote-hq profile` says of the shopper."""
    return journey.hq("profile", "show", "--mail", mail)[-1]


def header(mail: dict[str, Any], name: str) -> str:
    """A header of a mail of the inbox; "" has none."""
    return next((value for key, value in mail["headers"] if key.lower() == name.lower()), "")
