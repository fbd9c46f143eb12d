"""Updates of every kind that the Bot API knows, right and wrong, through the whole channel.

python -m tests.fuzz --updates 200000
python -m tests.fuzz.bytes -max_total_time=60       with atheris: bytes in place of updates
"""
