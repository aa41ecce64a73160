"""Inputs that nobody would write, against the doors that take text from outside.

`PYTHONPATH=tests python -m fuzz parser --minutes 30` goes on with one door until it has had so much time, with atheris
where it is installed. What it finds is kept in `.fuzz/`, and becomes a test of the room where it arises.

    doors/      one file for each door: what to call, and what must hold whatever it is given
    seeds       texts to begin with, from the project's own examples
    mutations/  from one text to the next: by tokens, and by the nodes of JSON and YAML
    work        one process that tries inputs, guided by coverage or not
    campaign    starts these processes, and adds up what they did
"""
