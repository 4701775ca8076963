"""What leaves HQ for advertisers' platforms, over HTTPS: the people of audiences (`members`) and sales (`sales`);
and audiences whole and in the clear to the retailer's own address (`lists`).

A platform is an adapter in `platforms`, which knows its form and its limits and nothing of people. What it took is
kept batch by batch, so a sending that was killed goes on where it was, and what is sent twice counts once: hashes are
a set there, and every sale bears an id that derives from its order. Everybody is judged just before their batch.
"""
