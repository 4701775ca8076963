"""The demo's shelf: the shop's articles on a page. Clicking one scans it, or taps its tag, at a station."""
