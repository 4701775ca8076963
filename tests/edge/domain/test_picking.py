from dataclasses import replace

from edge.domain.article import Item
from edge.domain.basket import Fulfilment, Line
from edge.domain.picking import Picking, begun, shelf_order


def item(sku: str, category: str = "Shoes", variant: str = "42") -> Item:
    names = {"name": sku.title(), "brand": "A", "variant": variant}
    return Item(sku=sku, product_id=sku, category=category, price=100, currency="EUR", **names)


def line(sku: str, quantity: int = 1, way: Fulfilment = "collect", category: str = "Shoes") -> Line:
    return Line(item=item(sku, category), quantity=quantity, fulfilment=way)


def of(*lines: Line, before: Picking | None = None) -> Picking:
    return begun("b" * 32, lines, 0, before)


def test_what_is_to_be_collected_waits_until_it_is_gathered_and_bought() -> None:
    picking = of(line("boot", 2), line("tea", way="take"))
    assert (picking.state, picking.waits, picking.wanted, picking.gathered) == ("open", True, 2, 0)
    ready = picking.gather("boot", 2)
    assert (ready.state, ready.waits) == ("ready", True)
    bought = ready.buy()
    assert (bought.state, bought.waits, bought.to_pay) == ("bought", False, ())


def test_a_part_can_be_bought_and_the_rest_stays_open() -> None:
    part = of(line("boot", 3)).gather("boot", 2).buy()
    assert part.state == "open"
    assert part.gather("boot", 0).gathered == 2, "what is bought is not put back"
    assert [one.quantity for one in part.gather("boot", 9).to_pay] == [1]


def test_what_the_shopper_takes_along_is_there_from_the_start_and_waits_for_nobody() -> None:
    picking = of(line("tea", 2, "take"))
    assert not picking.waits
    assert [one.quantity for one in picking.to_pay] == [2]


def test_what_is_sent_home_keeps_no_basket_open() -> None:
    assert of(line("boot"), line("tent", way="ship")).gather("boot", 1).buy().state == "bought"
    assert of(line("tent", way="ship")).state == "ready"


def test_a_substitute_has_to_be_gathered_anew_and_names_what_was_wanted() -> None:
    swapped = of(line("boot")).gather("boot", 1).substitute("boot", item("shoe", variant="43"))
    (pick,) = swapped.picks
    assert (pick.line.item.sku, pick.gathered, pick.instead_of) == ("shoe", 0, "Boot (42)")
    assert swapped.substitute("shoe", item("sock")).picks[0].instead_of == "Boot (42)"


def test_a_basket_sent_again_keeps_what_was_gathered_and_bought() -> None:
    before = of(line("boot", 2), line("hat")).gather("boot", 2).buy().gather("hat", 1)
    again = of(line("boot", 3), line("hat"), line("sock"), before=before)
    assert [(pick.gathered, pick.bought) for pick in again.picks] == [(2, 2), (1, 0), (0, 0)]


def test_nobody_waits_for_what_was_put_back() -> None:
    assert not replace(of(line("boot")), released=True).waits


def test_lines_stand_in_the_order_of_the_shelves() -> None:
    picks = of(
        line("hat", category="Hats"), line("boot"), line("tent", category="Out > Tents"), line("a", category="X")
    )
    ordered = shelf_order(picks.picks, ["Out", "Shoes", "Hats"])
    assert [pick.line.item.sku for pick in ordered] == ["tent", "boot", "hat", "a"]
    assert [pick.line.item.sku for pick in shelf_order(picks.picks, ())] == ["hat", "tent", "boot", "a"]


def test_what_is_collected_elsewhere_is_nobodys_work_here() -> None:
    there = replace(line("tent"), store="tartu")
    assert not of(there).waits
    both = of(line("boot"), there)
    assert (both.wanted, [pick.line.item.sku for pick in both.elsewhere]) == (1, ["tent"])
    assert both.gather("boot", 1).buy().state == "bought"


def test_what_lies_aside_and_is_not_wanted_any_more_goes_back_to_the_shelf() -> None:
    gathered = of(line("boot", 3), line("hat"), line("tea", way="take")).gather("boot", 3).gather("hat", 1)
    fewer = gathered.choose((line("boot", 1), line("tea")), 7)
    assert [(pick.line.item.sku, pick.gathered) for pick in fewer.picks] == [("boot", 1), ("tea", 0)]
    assert [(one.item.sku, one.quantity) for one in fewer.surplus] == [("boot", 2), ("hat", 1)]
    assert (fewer.changed, fewer.state, fewer.waits) == (7, "open", True)
    more = fewer.choose((line("boot", 2), line("hat", way="ship")), 8)
    assert [pick.gathered for pick in more.picks] == [2, 0], "what lies there already is not fetched twice"
    assert [(one.item.sku, one.quantity) for one in more.surplus] == [("boot", 1), ("hat", 1)]
    assert more.put_away().surplus == ()


def test_a_basket_that_was_emptied_on_the_phone_waits_until_its_articles_are_back() -> None:
    emptied = of(line("boot")).gather("boot", 1).choose((), 1)
    assert (emptied.state, emptied.waits) == ("released", True)
    assert not emptied.put_away().waits and not of(line("boot")).choose((), 1).waits


def test_what_was_bought_is_not_put_back() -> None:
    bought = of(line("boot", 2)).gather("boot", 2).buy().choose((line("boot", 3),), 1)
    assert [(pick.gathered, pick.bought) for pick in bought.picks] == [(2, 2)]
    assert bought.surplus == ()
