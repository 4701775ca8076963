"""The boxes and stations of all stores: how they are, what needs somebody, who is told, what a box is to do.

- `listening`: what boxes say of themselves                         - `states`: as it is kept
- `findings`, `rules`: what needs somebody, with its remedy         - `boxes`: the whole fleet, worst first
- `alarms`: which findings are told when                            - `alarming`, `posting`: by mail, by webhook
- `acting`: what a box is to do                                     - `bundles`, `retiring`: what comes of it
"""
