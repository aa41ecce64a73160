"""JSON Schemas of the commands' JSON outputs: data files, one per output, which `output_schemas.py` reads."""
