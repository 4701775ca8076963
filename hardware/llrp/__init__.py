"""UHF readers' Low Level Reader Protocol (EPCglobal LLRP 1.0.1), and what a portal makes of its reports."""
