"""The API by which the retailer's web shop reports views, carts and purchases and asks what to show (docs/webapi.md).

`shapes` are its messages, `calls` what can be called, `views` answers; `asking` says who calls, `visitors` whose
browser it is, `told` what becomes of a report, `reports` how long
those of nobody are kept, `carts` the basket that it leads to, `showing` what is shown.
"""
