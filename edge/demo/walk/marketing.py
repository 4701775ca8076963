"""What may be done with the profile afterwards, fairly."""

import csv
from datetime import UTC, datetime
from typing import Any

import requests

from edge.demo.plan import CURRENCY, STORE
from edge.demo.walk.at_home import header
from edge.demo.walk.errors import expect
from edge.demo.walk.journey import MAIL, Journey

ORDER = ("order_id", "at", "store", "sku", "quantity", "price", "currency", "mail", "card", "basket")


def explain(journey: Journey) -> str:
    """`tote-hq audience explain` lists each article of the basket as included or excluded, with its reason"""
    decisions = explained(journey)
    skus = {article.sku for article in journey.basket}
    expect(set(decisions) == skus, f"{sorted(decisions)} are explained instead of {sorted(skus)}")
    expect(all(decision["words"] for decision in decisions.values()), "an article has no reason")
    left_out = [sku for sku, decision in decisions.items() if not decision["included"]]
    expect(not left_out, f"{left_out} are excluded although marketing is allowed and all are in stock: {decisions}")
    return "; ".join(f"{sku} {decision['reason']}" for sku, decision in decisions.items())


def buy(journey: Journey) -> str:
    """The till reports that the boot was bought: that one is excluded, the others stay"""
    boot, file = journey.boot, journey.plan.dir / "feed" / "orders.csv"
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(ORDER)
        rows.writerow(("T-0001", at, STORE, boot.sku, 1, boot.price, CURRENCY, MAIL, "", ""))
    journey.hq("import", file)
    decisions = explained(journey)
    bought = [sku for sku, decision in decisions.items() if decision["reason"] == "bought"]
    expect(bought == [boot.sku], f"bought are {bought} instead of {boot.sku}: {decisions}")
    expect(decisions[journey.backpack.sku]["included"], "an article that was not bought is excluded too")
    return str(decisions[boot.sku]["words"])


def unsubscribe(journey: Journey) -> str:
    """One click on "unsubscribe" (RFC 8058) excludes the whole person, at once"""
    link = header(journey.mail, "List-Unsubscribe").strip("<>")
    answer = requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=10, allow_redirects=False)
    expect(answer.ok, f"the mailbox provider's click was answered with {answer.status_code}")
    decisions = explained(journey)
    reasons = {decision["reason"] for decision in decisions.values()}
    expect(reasons == {"unsubscribed"}, f"after unsubscribing the reasons are {reasons}")
    return str(decisions[journey.boot.sku]["words"])


def explained(journey: Journey, mail: str = MAIL) -> dict[str, dict[str, Any]]:
    """Each article of the shopper's basket with its decision, by SKU."""
    return {decision["sku"]: decision for decision in journey.hq("audience", "explain", "--mail", mail)}
