"""The inputs of cost estimates, read from files: sizes and change rates, and prices. Nothing is assumed of either."""

from policyengine.cost_inputs.price_file import read_prices
from policyengine.cost_inputs.usage_file import KnownPlaces, read_usage, usage_schema

__all__ = ["KnownPlaces", "read_prices", "read_usage", "usage_schema"]
