"""The boxes and stations of all stores: how they are, what needs somebody, who is told, what a box is to do.

- `listening`: what boxes say of themselves, and whether they are on the line   - `states`: as it is kept
- `findings`, `rules`: what needs somebody, in plain words with its remedy       - `boxes`: the whole fleet, worst first
"""
