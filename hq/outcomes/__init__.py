"""What became of the baskets that were sent: read of, opened, bought; one narrow row each, and their sums by day.

    outcome, outcome_line    a basket (its day, store, station, person) and each of its articles
    day_basket, day_article  sums of them by day, store and station
    day_people               people, each on the latest day on which something was true of them: added up from any day
                             on, that is how many people it was, each once
    outcome_pending          whom to judge anew

Triggers of `basket`, `basket_line`, `order_line`, `web_visit` and `member` enter into `outcome_pending` whatever a
change may bear on, in the transaction that makes it. `following.py` judges those baskets anew within a second
(`judging.py`: the question itself, in SQL) and adds the difference to the sums (`summing.py`). Every change has a row
there of its own, so that one which commits while others are being judged is not lost. `whole.py` fills all of it at
once, from nothing.
"""
