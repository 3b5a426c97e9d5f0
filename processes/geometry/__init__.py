"""The geometry of a process map in pixels: sizes, places and routes, without Django or a browser."""
