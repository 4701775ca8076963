"""Profiles that are likely one person's, proposed with their evidence; a person decides (`hq.linking.ruling`).

    record      what is compared: names, date of birth, city, addresses
    comparing   two records -> evidence for and against, in points
    blocking    which records are worth comparing at all
    proposing   all of them -> proposals, the surest first
    gathering   the records that HQ holds, and what is decided about them already

How much it says that two share a name depends on how common the name is among all: the weights are counted from the
records themselves (Fellegi and Sunter, 1969), none is set by hand for one list of people.
"""
