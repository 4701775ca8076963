"""Tote, broken on purpose: `python -m tests.torture --short | --long [--only NAME] [--seed N] [--json]`.

A scenario is a module of this folder whose name stands in `registry.NAMES`. It has

    NAME            as `--only` takes it; the first line of the module's docstring says what is done to whom
    SHORT, LONG     how many rounds (kills, cuts, flips, events, examples) the two forms have
    CHUNK           optional: rounds after which results are written (5 % of LONG; LONG where it is one long story)
    run(count, seed, report, folder)
                    does `count` rounds in the empty `folder`, the one with the seed `seed + i` as the i-th; all chance
                    comes from that seed

    for chance in report.rounds(count, seed): ...    what fails in the body is reported under that round's seed
    with report.round(chance, size): ...             the same for rounds beside each other (any thread), or many in one
    report.add(kills=1, lost=0)                      figures that add up over chunks
    report.most(growth_mb=7.5)                       figures of which the largest counts
    report.control("NORMAL", lost > 0, "lost 12 of 40")   a negative control: it must have failed, or the run fails
    raise Skipped("needs root: loop devices")        where it can't run

A failed check raises AssertionError. A failure prints "seed S, repeat with: python -m tests.torture --only NAME
--seed S --count 1" and leaves its folder. The long form appends a line per chunk to `--results` and, started again,
goes on after the last one. A process that a scenario kills is a child of its own, ended by its id.
"""
