# SPDX-License-Identifier: MIT
"""What a curve of medians says: how a cost grows with what causes it. Pure."""

import math

CONSTANT = "constant"
LINEAR = "linear, or less"
WORSE = "worse than linear"

# A cost that does not even grow so much from the first point to the last is taken for constant:
# that is what a noisy machine adds by itself.
NOISE = 1.5

# Linear is 1, with n·log n and some noise on top; quadratic is 2.
MOST_LINEAR = 1.3


def exponent(points):
    """k of y ~ x^k, from the first of the points (x, y) to the last."""
    (first_x, first_y), *_, (last_x, last_y) = sorted(points)
    return math.log(last_y / first_y) / math.log(last_x / first_x)


def upper(points):
    """The half that tells: a cost that is there anyway hides how the rest grows as long as there is
    little of it, and the first point is often a cold one."""
    return sorted(points)[(len(points) - 1) // 2 :]


def growth(points):
    """One of the words above, for three points (x, y) or more."""
    points = sorted(points)
    (_, first_y), *_, (_, last_y) = points
    if last_y <= max(NOISE * first_y, 0):
        return CONSTANT
    rest = upper(points)
    return LINEAR if rest[0][1] > 0 and exponent(rest) <= MOST_LINEAR else WORSE


def _check():
    xs = (1, 4, 16, 64, 256)
    for function, expected in (
        (lambda x: 7, CONSTANT),
        (lambda x: 7 + 0.01 * x, CONSTANT),
        (lambda x: 1 / x, CONSTANT),
        (lambda x: 0, CONSTANT),
        (lambda x: 3 * x, LINEAR),
        (lambda x: 100 + x, LINEAR),
        (lambda x: math.sqrt(x), LINEAR),
        (lambda x: x * (5 + math.log2(x)), LINEAR),
        (lambda x: x**2, WORSE),
        (lambda x: 1000 + x**2, WORSE),
        (lambda x: max(x, 30), LINEAR),
        (lambda x: 1 if x < 256 else 99, WORSE),
    ):
        points = [(x, function(x)) for x in xs]
        assert growth(points) == expected, (points, growth(points), expected)
        assert growth(points[::-1]) == expected, "the order of the points does not matter"
    assert math.isclose(exponent([(1, 3), (4, 1), (16, 48)]), 1)


if __name__ == "__main__":
    _check()
