"""Which identities are one person's.

Every identity leads to a profile of its own (or, where orders told nothing but its hash, to none). What names two of
them together (an order with mail address and card, a row of the customer list) links them; what people decide about two
of them outranks links. From both follows who is one person (`grouping`), whatever came first: events, orders and
decisions may reach a restored HQ in any order.

A person of several profiles is never written down as one: rows stay with the profile whose identity brought them, and
who asks for a person's rows asks for those of all its profiles (`person.profiles_of`). So a split gives each its own.

    person      whose profiles, which one stands for them
    grouping    the rules, pure: identities, links and rulings -> groups
    regrouping  keeps the table `member` true when one of these changes
    listed      whom the retailer's list of customers names
    naming      what named identities together -> links
    ruling      a person merges, splits, or tells two apart: audit and effect
"""
