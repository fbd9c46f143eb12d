"""The command `audit`: proves on this machine that nobody is kept (promise 1).

It starts the real bot beside a Bot API server on the loopback, lets made-up people with made-up
names, ids and words write to it, lets everything fail that can, and then searches for them.
"""
