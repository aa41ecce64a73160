"""Does a test notice when the code is wrong? Small faults are put into a package one at a time, and its tests are run.

`PYTHONPATH=tests python -m mutation cron` does it for one package. Faults inside functions are put into a process that
has everything imported already, those in tables and defaults into one that imports anew; both are forks, so nothing
of a fault outlives its trial.
"""
