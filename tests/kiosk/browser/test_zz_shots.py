from playwright.sync_api import Page
from edge.shop import Browse
from tests.kiosk.aurora import Aurora
def test_shots(aurora: Aurora, page: Page) -> None:
    for st,w,h in (("tablet",1280,800),("wall",1080,1920)):
        page.set_viewport_size({"width":w,"height":h})
        aurora.shop.show(st, Browse())
        page.goto(f"/s/{st}"); page.wait_for_timeout(600); page.screenshot(path=f"/tmp/srch/{st}-1.png")
        aurora.shop.show(st, Browse(query="bots", sizes=("42",), heading="sizes"))
        page.goto(f"/s/{st}"); page.wait_for_timeout(600); page.screenshot(path=f"/tmp/srch/{st}-2.png")
        aurora.shop.show(st, Browse(query="xqzvwk"))
        page.goto(f"/s/{st}"); page.wait_for_timeout(600); page.screenshot(path=f"/tmp/srch/{st}-3.png")
        aurora.shop.show(st, Browse(query="wo", typing=True))
        page.goto(f"/s/{st}"); page.locator("[data-test='search-input']").click(); page.wait_for_timeout(900); page.screenshot(path=f"/tmp/srch/{st}-4.png")
