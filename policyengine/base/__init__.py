"""What every other room stands on: text and places in it, findings and the rules behind them, errors, records."""

VERSION = "0.1.0"
