#!/usr/bin/env python3
"""Asks a workbench (loci serve demo --port 4747): which cell makes an answer, and does it matter beyond chance?

Needs nothing but Python. Usage: ask.py [ADDRESS] [PROMPT]
"""
import json
import sys
import urllib.request

address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:4747"


def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address.rstrip("/") + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


prompt = sys.argv[2] if len(sys.argv) > 2 else ask("/api/workbench")["prompt"]
trace = ask("/api/trace", {"prompt": prompt})
cell = trace["cells_for"][0]["cell"].rstrip("-")
switched = ask("/api/switch", {"prompt": prompt, "set": f"{cell}=0"})
print(f"{prompt!r} -> {trace['answer']['token']!r}; {cell} adds {trace['cells_for'][0]['contribution']:+.2f} nats")
print(f"without it: {switched['after']['top'][0]['token']!r}, ln p {switched['effect']:+.2f}")
print(f"{switched['as_strong']} of {len(switched['controls'])} matched controls move it as far")
